import { useAllTexts } from '../app/all-texts.ts'
import { useChat } from '../app/context.ts'
import { Confirm } from '../ui/confirm.tsx'

/**
 * Asks before it withdraws an invitation: the user can send only three to the same person in 24 hours, and must not
 * lose one by mistake.
 */
export function WithdrawDialog(props: {
  /** The id of the invitation. */
  readonly id: string
  /** The name of the invited user. */
  readonly name: string
  readonly onClose: () => void
  readonly onWithdrawn?: () => void
}) {
  const texts = useAllTexts()
  const chat = useChat()
  return (
    <Confirm
      question={texts.withdrawSure(props.name)}
      action={texts.withdrawShort}
      run={() => chat.withdraw(props.id).then(props.onWithdrawn)}
      onClose={props.onClose}
    />
  )
}
