import type { Conversation } from '../../client/index.ts'
import { useChat, useTexts, useUserId } from '../app/context.ts'
import { useKept, useKey } from '../app/kept.ts'
import { useReadableAt } from '../app/readable.ts'
import { Icon } from '../ui/icon.tsx'
import { type PreviewText, previewOf } from './preview-text.ts'
import { useSenderName } from './use-sender-name.ts'

/** How many characters of a draft are rendered. One line has room for fewer. */
const MAX_SHOWN = 200

/** @param isOpen the user sees the draft of an open conversation anyway */
export function usePreview(
  conversation: Conversation,
  typing: readonly string[],
  isOpen: boolean,
): PreviewText {
  const texts = useTexts()
  const userId = useUserId()
  const copy = useKept(useKey('draft', conversation.id))
  const draft = isOpen ? undefined : copy.slice(0, MAX_SHOWN)
  const unsent = useReadableAt(useChat().unsent, conversation.id)
  const { participants, last_message } = conversation
  const sender = participants.find(({ id }) => id === last_message?.sender_id)
  const senderName = useSenderName(conversation, sender)
  const isAccepted = useKept(useKey('accepted', conversation.id)) !== ''
  return previewOf(conversation, { userId, typing, draft, unsent, senderName, isAccepted }, texts)
}

/** One line about a conversation. */
export function Preview({ kind, label, text, state }: PreviewText) {
  return (
    <span class="preview" data-kind={kind} data-state={state}>
      {state && <Icon name={state === 'waiting' ? 'clock' : 'alert'} />}
      {label && <span class="preview-label">{label}</span>}
      {/* A new element for each text, because the direction of an element would remain that of its first text. */}
      <bdi key={text} class="truncate" dir={kind === 'typing' ? 'ltr' : undefined}>
        {text}
      </bdi>
    </span>
  )
}
