/** What a key does in the composer, besides what it does in every text field. */
export type KeyAction = 'send' | 'cancel' | 'edit-last'

type Key = Pick<
  KeyboardEvent,
  'key' | 'keyCode' | 'isComposing' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'
>

/** What the composer has at the moment. */
export interface KeyState {
  readonly isEmpty: boolean
  /** The user edits a message or replies to one. */
  readonly isWriting: boolean
  /** The keyboard is probably on the screen, where Enter is the only way to begin a line. */
  readonly isTouch: boolean
}

export function keyAction(key: Key, { isEmpty, isWriting, isTouch }: KeyState): KeyAction | undefined {
  // These keys belong to an input method editor. Safari ends the composition before it reports the key, with this code.
  if (key.isComposing || key.keyCode === 229) return undefined
  const isPlain = !(key.shiftKey || key.altKey || key.ctrlKey || key.metaKey)
  if (key.key === 'Enter' && !key.shiftKey && !key.altKey && !isTouch) return 'send'
  if (key.key === 'Escape' && isWriting) return 'cancel'
  if (key.key === 'ArrowUp' && isPlain && isEmpty && !isWriting) return 'edit-last'
  return undefined
}
