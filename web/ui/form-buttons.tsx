import { useTexts } from '../app/context.ts'
import type { Action } from './use-action.tsx'
import { Problem } from './use-action.tsx'

/** The end of a dialog with a form: why it failed, a button that closes the dialog, and one that sends the form. */
export function FormButtons(props: {
  /** The label of the button that sends the form. */
  readonly action: string
  readonly kind: 'primary' | 'danger'
  readonly isBusy: Action['isBusy']
  readonly problem: Action['problem']
  readonly onClose: () => void
}) {
  const texts = useTexts()
  return (
    <div class="dialog-buttons">
      <Problem text={props.problem} />
      <button type="button" class="button" onClick={props.onClose}>
        {texts.cancel}
      </button>
      <button type="submit" class="button" data-kind={props.kind} aria-disabled={props.isBusy}>
        {props.action}
      </button>
    </div>
  )
}
