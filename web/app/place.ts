import type { Route } from './routes.ts'

/**
 * Returns a function that says whether the user is still where they were: in the same conversation, and in no other
 * text field. An answer that comes late must not take them away from what they have begun since.
 */
export function placeOf({ conversationId }: Route): () => boolean {
  const opened = conversationId.getSnapshot()
  const field = textField()
  return () => {
    const current = textField()
    return conversationId.getSnapshot() === opened && (!current || current === field)
  }
}

/** The text field with the focus, also inside an element. */
function textField(): Element | undefined {
  let focused = document.activeElement
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
  return focused?.matches('textarea, input') ? focused : undefined
}
