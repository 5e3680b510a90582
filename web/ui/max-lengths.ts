import { limits } from '../../protocol/limits.ts'

// As constants, so that the minifier can leave the other limits out, although several files of the page need these.
export const MAX_MESSAGE_CHARACTERS = limits.contentCodePoints
export const MAX_TITLE_CHARACTERS = limits.titleCodePoints
