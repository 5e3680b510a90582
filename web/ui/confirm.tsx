import { Dialog } from './dialog.tsx'
import { FormButtons } from './form-buttons.tsx'
import { useAction } from './use-action.tsx'

/** Asks before something that cannot be undone. */
export function Confirm(props: {
  readonly question: string
  /** The consequences. */
  readonly detail?: string | undefined
  /** The label of the button that confirms. */
  readonly action: string
  readonly run: () => Promise<unknown>
  readonly onClose: () => void
}) {
  const { run, isBusy, problem } = useAction()
  function confirm(event: SubmitEvent): void {
    event.preventDefault()
    void run(() => props.run().then(props.onClose))
  }
  return (
    <Dialog title={props.question} onClose={props.onClose}>
      <form class="dialog-form" onSubmit={confirm}>
        {props.detail && <p>{props.detail}</p>}
        <FormButtons
          action={props.action}
          kind="danger"
          isBusy={isBusy}
          problem={problem}
          onClose={props.onClose}
        />
      </form>
    </Dialog>
  )
}
