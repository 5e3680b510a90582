const LINE_CHARACTERS = 60
/** A folded message shows 20 lines. For a few more, a button would only be in the way. */
const MAX_LINES = 25

/** Whether a message fills much more than a screen. Estimated, because measuring each row would make scrolling slow. */
export function isLong(text: string): boolean {
  if (text.length < MAX_LINES) return false
  const lines = text.split('\n').map(({ length }) => Math.max(1, Math.ceil(length / LINE_CHARACTERS)))
  return lines.reduce((sum, count) => sum + count, 0) > MAX_LINES
}
