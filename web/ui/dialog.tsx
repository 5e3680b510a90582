import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useAllTexts } from '../app/all-texts.ts'
import { Confirm } from './confirm.tsx'
import { IconButton } from './icon-button.tsx'

/** A modal dialog, open while it is rendered. The browser keeps the focus inside, and gives it back at the end. */
export function Dialog(props: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}) {
  const texts = useAllTexts()
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  const isPressedBeside = useRef(false)
  const [step, setStep] = useState<'asking' | 'leaving'>()
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    // By default, the button that closes the dialog would have the focus.
    dialog?.querySelector<HTMLElement>('.field, .dialog-buttons button')?.focus()
    // Closed before it is removed, because a dialog that is only removed does not give the focus back.
    return () => dialog?.close()
  }, [])
  // Closes once the question is gone, because nothing else can have the focus before.
  useLayoutEffect(() => {
    if (step === 'leaving') ref.current?.close()
  }, [step])
  /** Closes the dialog, after a question if the user would lose what was written in it. */
  function leave(event: Event): void {
    event.preventDefault()
    const fields = [...(ref.current?.querySelectorAll<HTMLInputElement>('.field') ?? [])]
    if (fields.some(({ value }) => value.trim())) setStep('asking')
    else ref.current?.close()
  }
  return (
    <dialog
      ref={ref}
      class="dialog"
      aria-labelledby={titleId}
      onCancel={leave}
      onClose={() => ref.current && props.onClose()}
      // The backdrop belongs to the dialog itself. A click there may also end a selection of text that began inside.
      onMouseDown={(event) => {
        isPressedBeside.current = event.target === ref.current
      }}
      onClick={(event) => event.target === ref.current && isPressedBeside.current && leave(event)}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div class="dialog-body">
        <div class="dialog-header">
          <h2 id={titleId}>{props.title}</h2>
          <IconButton icon="close" name={texts.close} onClick={leave} />
        </div>
        {props.children}
      </div>
      {step === 'asking' && (
        <Confirm
          question={texts.discardSure}
          action={texts.discard}
          run={async () => setStep('leaving')}
          onClose={() => setStep((now) => (now === 'leaving' ? now : undefined))}
        />
      )}
    </dialog>
  )
}
