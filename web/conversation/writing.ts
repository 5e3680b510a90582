import type { Message, Room } from '../../client/index.ts'
import { type Source, source } from '../../client/readable.ts'
import { keep, keptText } from '../app/kept.ts'

/** The message that the user edits or answers in the composer; undefined while the user writes a new message. */
export type Writing = { readonly kind: 'edit' | 'reply'; readonly message: Message } | undefined

/** By the draft of the conversation, which outlives the room: an edit or a reply is there again after a return. */
const writings = new WeakMap<Room['draft'], Source<Writing>>()

/** The new words for a message so far. */
const words = new WeakMap<NonNullable<Writing>, string>()

/**
 * What is being written in a conversation.
 *
 * @param key the key under which it is kept
 */
export function writingIn({ draft }: Room, key: string | undefined): Source<Writing> {
  const writing = writings.get(draft) ?? source(keptWriting(key))
  writings.set(draft, writing)
  return writing
}

/** The new words for a message; at first its old ones. */
export const wordsOf = (writing: Writing): string =>
  writing ? (words.get(writing) ?? writing.message.content) : ''

export function setWords(writing: Writing, text: string): void {
  if (writing) words.set(writing, text)
}

/** Keeps what is being written, so that it survives a reload. */
export function keepWriting(key: string | undefined, writing: Writing): void {
  keep(key, writing ? JSON.stringify({ ...writing, text: wordsOf(writing) }) : '')
}

function keptWriting(key: string | undefined): Writing {
  const { text, ...writing } = JSON.parse(keptText(key) || '{}')
  setWords(writing, text)
  return writing.kind && writing
}
