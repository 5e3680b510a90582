/** Invitations that the user has received. */
export function Invitations() {
  return null
}
