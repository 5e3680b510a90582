import { useAllTexts } from '../app/all-texts.ts'
import { useChat } from '../app/context.ts'
import { Confirm } from '../ui/confirm.tsx'

/**
 * Withdraws an invitation after a question: the user can send three to the same person in 24 hours, so one is not
 * withdrawn by mistake.
 */
export function WithdrawDialog(props: {
  /** Of the invitation. */
  readonly id: string
  /** Of the invited user. */
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
