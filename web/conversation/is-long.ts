/** A folded message shows 20 lines. For a few more, a button would only be in the way. */
const MAX_LINES = 25
const MAX_CHARACTERS = MAX_LINES * 60

/** Whether a message fills about a screen or more. Estimated, because to measure each row would make scrolling slow. */
export const isLong = (text: string): boolean =>
  text.length > MAX_CHARACTERS || text.split('\n').length > MAX_LINES
