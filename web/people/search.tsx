/** Finds administrators and invites them. */
export function Search() {
  return null
}
