import type { Chat } from '../../client/index.ts'

/** Draws the attention of a user who looks elsewhere. */
export function useAttention(_chat: Chat): void {}
