/** Where the user writes messages. */
export function Composer() {
  return null
}
