import { useState } from 'preact/hooks'
import type { Conversation } from '../../client/index.ts'
import { useChat, useTexts } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'

/** An invitation that the user has sent and that is not answered yet. */
export function PendingItem(props: { readonly conversation: Conversation; readonly title: string }) {
  const texts = useTexts()
  const chat = useChat()
  const [isWithdrawing, setWithdrawing] = useState(false)
  const { id, participant } = props.conversation
  return (
    <div class="conversation">
      <Avatar id={participant.id} name={props.title} />
      <span class="conversation-title truncate" dir="auto">
        {props.title}
      </span>
      <span class="preview" data-kind="pending">
        <Icon name="clock" />
        {texts.invitationSent}
      </span>
      <IconButton
        icon="close"
        name={texts.withdraw(props.title)}
        class="conversation-action"
        onClick={() => setWithdrawing(true)}
      />
      {isWithdrawing && (
        // The user can send three invitations to the same person in 24 hours, so one is not withdrawn by mistake.
        <Later
          part="Confirm"
          question={texts.withdrawSure(props.title)}
          action={texts.withdrawShort}
          run={() => chat.withdraw(id)}
          onClose={() => setWithdrawing(false)}
        />
      )}
    </div>
  )
}
