/** Creates a group. */
export function NewGroup() {
  return null
}
