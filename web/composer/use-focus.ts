import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useFrame, useTexts } from '../app/context.ts'
import { useRoom, type Writing } from '../conversation/room-context.ts'

type Field = RefObject<HTMLTextAreaElement | null>

/** Whether the user writes in this field now: a tab in the background keeps the focus too. */
export const hasFocus = ({ current: field }: Field): boolean =>
  field?.matches(':focus') === true && field.ownerDocument.hasFocus()

export const isTouch = (): boolean => matchMedia('(pointer: coarse)').matches

/** Moves the focus into the field when the conversation is opened, and when the user begins or ends an edit or a reply. */
export function useFocus(field: Field, writing: Writing): void {
  const texts = useTexts()
  const { announcement } = useFrame()
  const { nameOf } = useRoom()
  const isFirst = useRef(true)

  useEffect(() => {
    const { current } = field
    if (isFirst.current && !writing) {
      isFirst.current = false
      if (current && comesFromChat(current) && !isTouch()) current.focus()
      return
    }
    isFirst.current = false
    if (hasFocus(field) && writing)
      announcement.set(
        writing.kind === 'edit' ? texts.editing : texts.replyingTo(nameOf(writing.message.sender_id)),
      )
    current?.focus()
    current?.setSelectionRange(current.value.length, current.value.length)
  }, [writing])
}

/** Whether the user has just used a link or a button of the chat, rather than something else on the page. */
function comesFromChat(field: HTMLElement): boolean {
  const { activeElement } = field.getRootNode() as Document | ShadowRoot
  return activeElement?.matches('.chat *') === true
}
