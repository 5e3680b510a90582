/** A folded message shows 20 lines. For a few more, a button would only be in the way. */
const MAX_LINES = 25
/** Where the chat is narrow, a line has half as many characters. */
const CHARACTERS_PER_LINE = { wide: 60, narrow: 30 }

/** Whether a message fills about a screen or more. Estimated, because measuring each row would make scrolling slow. */
export const isLong = (text: string, width: 'wide' | 'narrow' = 'wide'): boolean =>
  text.length > MAX_LINES * CHARACTERS_PER_LINE[width] || text.split('\n').length > MAX_LINES
