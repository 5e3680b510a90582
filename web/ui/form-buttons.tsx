import { useTexts } from '../app/context.ts'
import type { Action } from './use-action.tsx'
import { Problem } from './use-action.tsx'

/** The end of a dialog with a form: why it did not work, a button that closes it, and one that sends it. */
export function FormButtons(props: {
  /** What the button says that sends the form. */
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
