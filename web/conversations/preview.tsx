import type { Conversation } from '../../client/index.ts'
import { useTexts, useUserId } from '../app/context.ts'
import { useDraftCopy } from './drafts.ts'
import { previewOf } from './preview-text.ts'

/** Characters of a draft; more than one line has room for. */
const MAX_SHOWN = 200

/** One line about a conversation. */
export function Preview(props: {
  readonly id: string
  readonly conversation: Conversation
  readonly typing: readonly string[]
  /** The user sees the draft of an open conversation anyway. */
  readonly isOpen: boolean
}) {
  const { id, conversation, typing, isOpen } = props
  const texts = useTexts()
  const userId = useUserId()
  const copy = useDraftCopy(conversation.id)
  const draft = isOpen ? undefined : copy.trim().slice(0, MAX_SHOWN)
  const { kind, label, text } = previewOf(conversation, { userId, typing, draft }, texts)
  return (
    <span id={id} class="preview truncate" data-kind={kind} dir={label ? undefined : 'auto'}>
      {label && <span class="preview-label">{label} </span>}
      <bdi>{text}</bdi>
    </span>
  )
}
