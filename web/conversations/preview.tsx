import type { Conversation } from '../../client/index.ts'
import { useChat, useTexts, useUserId } from '../app/context.ts'
import { useReadableAt } from '../app/readable.ts'
import { Icon } from '../ui/icon.tsx'
import { useDraftCopy } from './drafts.ts'
import { namedPeople } from './named-people.ts'
import { type PreviewText, previewOf } from './preview-text.ts'

/** Characters of a draft; more than one line has room for. */
const MAX_SHOWN = 200

/** @param isOpen the user sees the draft of an open conversation anyway */
export function usePreview(
  conversation: Conversation,
  typing: readonly string[],
  isOpen: boolean,
): PreviewText {
  const texts = useTexts()
  const userId = useUserId()
  const copy = useDraftCopy(conversation.id)
  const draft = isOpen ? undefined : copy.slice(0, MAX_SHOWN)
  const chat = useChat()
  const unsent = useReadableAt(chat.unsent, conversation.id)
  const sender = useReadableAt(namedPeople(chat), conversation.last_message?.sender_id)
  return previewOf(conversation, { userId, typing, draft, unsent, sender }, texts)
}

/** One line about a conversation. */
export function Preview({ kind, label, text, state }: PreviewText) {
  return (
    <span class="preview truncate" data-kind={kind} data-state={state} dir={label ? undefined : 'auto'}>
      {state && <Icon name={state === 'waiting' ? 'clock' : 'alert'} />}
      {label && <span class="preview-label">{label} </span>}
      <bdi>{text}</bdi>
    </span>
  )
}
