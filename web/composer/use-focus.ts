import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { useFrame, useTexts } from '../app/context.ts'
import { useRoom } from '../conversation/room-context.ts'
import type { Writing } from '../conversation/writing.ts'
import { isTouch } from '../ui/is-touch.ts'

type Field = RefObject<HTMLTextAreaElement | null>

/** Whether the user writes in this field now: a tab in the background keeps the focus too. */
export const hasFocus = ({ current: field }: Field): boolean =>
  field?.matches(':focus') === true && field.ownerDocument.hasFocus()

/** Moves the focus into the field when a conversation is opened, and when the user begins an edit or a reply. */
export function useFocus(field: Field, writing: Writing): void {
  const texts = useTexts()
  const { announcement } = useFrame()
  const { nameOf } = useRoom()
  /** What the user had begun before the conversation was opened again. */
  const before = useRef(writing)

  useEffect(() => {
    // On a phone, the keyboard would cover the messages.
    if (field.current && comesFromChat(field.current) && !isTouch()) focusEnd(field.current)
  }, [])
  // In a layout effect, which runs before the next key. Otherwise, that key would be lost.
  useLayoutEffect(() => {
    if (!writing || !field.current || writing === before.current) return
    const { kind, message } = writing
    // If the field does not have the focus yet, screen readers read this when it gets the focus.
    if (hasFocus(field))
      announcement.set(kind === 'edit' ? texts.editing : texts.replyingTo(nameOf(message.sender_id)))
    focusEnd(field.current)
  }, [writing])
}

/** Whether the user has just used a link or a button of the chat, rather than something else on the page. */
function comesFromChat(field: HTMLElement): boolean {
  const { activeElement } = field.getRootNode() as Document | ShadowRoot
  return activeElement?.matches('.chat *') === true
}

function focusEnd(field: HTMLTextAreaElement): void {
  field.focus()
  field.setSelectionRange(field.value.length, field.value.length)
}
