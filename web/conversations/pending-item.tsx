import type { Conversation } from '../../client/index.ts'
import { useChat, useTexts } from '../app/context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { Problem, useAction } from '../ui/use-action.tsx'

/** An invitation that the user has sent and that is not answered yet. */
export function PendingItem(props: { readonly conversation: Conversation; readonly title: string }) {
  const texts = useTexts()
  const chat = useChat()
  const { run, isBusy, problem } = useAction()
  const { id, participant } = props.conversation
  return (
    <li class="conversation">
      <Avatar id={participant.id} name={props.title} />
      <span class="conversation-title truncate" dir="auto">
        {props.title}
      </span>
      <span class="preview">{texts.invitationSent}</span>
      <button
        type="button"
        class="icon-button conversation-action"
        aria-label={texts.withdraw(props.title)}
        title={texts.withdraw(props.title)}
        disabled={isBusy}
        onClick={() => run(() => chat.withdraw(id))}
      >
        <Icon name="close" />
      </button>
      <Problem text={problem} />
    </li>
  )
}
