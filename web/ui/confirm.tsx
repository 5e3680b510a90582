import { useTexts } from '../app/context.ts'
import { Dialog } from './dialog.tsx'
import { Problem, useAction } from './use-action.tsx'

/** Asks before something that cannot be undone. */
export function Confirm(props: {
  readonly question: string
  /** What follows from it. */
  readonly detail?: string | undefined
  /** What the button says that does it. */
  readonly action: string
  readonly run: () => Promise<unknown>
  readonly onClose: () => void
}) {
  const texts = useTexts()
  const { run, isBusy, problem } = useAction()
  const confirm = () => run(() => props.run().then(props.onClose))
  return (
    <Dialog title={props.question} onClose={props.onClose}>
      {props.detail && <p>{props.detail}</p>}
      <Problem text={problem} />
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={props.onClose}>
          {texts.cancel}
        </button>
        <button type="button" class="button" data-kind="danger" aria-disabled={isBusy} onClick={confirm}>
          {props.action}
        </button>
      </div>
    </Dialog>
  )
}
