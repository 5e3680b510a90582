import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Person } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { FormButtons } from '../ui/form-buttons.tsx'
import { useAction } from '../ui/use-action.tsx'
import { PeoplePicker } from './people-picker.tsx'

/** Chooses people and invites them to a group. */
export function InvitationForm(props: {
  /** The label of the button that sends the form. */
  readonly action: string
  readonly run: (people: readonly Person[]) => Promise<void>
  readonly onClose: () => void
  readonly taken?: readonly string[]
  readonly before?: ComponentChildren
  readonly after?: ComponentChildren
}) {
  const { action, onClose, taken = [], before, after } = props
  const texts = useAllTexts()
  const { run, isBusy, problem } = useAction()
  const [chosen, setChosen] = useState<readonly Person[]>([])
  const [isIncomplete, setIncomplete] = useState(false)

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    setIncomplete(chosen.length === 0)
    if (chosen.length > 0) void run(() => props.run(chosen))
  }
  return (
    <form class="dialog-form" onSubmit={submit}>
      {before}
      <PeoplePicker chosen={chosen} setChosen={setChosen} taken={taken} />
      {after}
      <p class="hint">{texts.joinHint}</p>
      <FormButtons
        action={action}
        kind="primary"
        isBusy={isBusy}
        problem={isIncomplete && chosen.length === 0 ? texts.chooseSome : problem}
        onClose={onClose}
      />
    </form>
  )
}
