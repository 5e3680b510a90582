import { useState } from 'preact/hooks'
import type { Conversation } from '../../client/index.ts'
import { useTexts } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { Icon } from '../ui/icon.tsx'
import { PendingRow } from './pending-row.tsx'

/** An invitation that the user has sent and that is not answered yet. */
export function PendingItem(props: { readonly conversation: Conversation; readonly title: string }) {
  const texts = useTexts()
  const [isWithdrawing, setWithdrawing] = useState(false)
  const { title } = props
  const { id, participant } = props.conversation
  const note = (
    <>
      <Icon name="clock" />
      {texts.invitationSent}
    </>
  )
  return (
    <>
      <PendingRow
        id={participant.id}
        title={title}
        note={note}
        action={texts.withdraw(title)}
        onAct={() => setWithdrawing(true)}
      />
      {isWithdrawing && (
        <Later part="WithdrawDialog" id={id} name={title} onClose={() => setWithdrawing(false)} />
      )}
    </>
  )
}
