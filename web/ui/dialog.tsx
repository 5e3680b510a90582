import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { useTexts } from '../app/context.ts'
import { IconButton } from './icon-button.tsx'

/** A modal dialog that is open as long as it is rendered. The browser keeps the focus in it and restores it afterwards. */
export function Dialog(props: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}) {
  const texts = useTexts()
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  const isPressedBeside = useRef(false)
  // Before the next frame and the next key.
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    // By default, the button that closes it has the focus.
    dialog?.querySelector<HTMLElement>('.field, .dialog-buttons button')?.focus()
    // A dialog that is only removed does not give the focus back.
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      class="dialog"
      aria-labelledby={titleId}
      onClose={() => ref.current && props.onClose()}
      // The backdrop belongs to the dialog itself. A click there may also end a selection of text that began inside.
      onMouseDown={(event) => {
        isPressedBeside.current = event.target === ref.current
      }}
      onClick={(event) => event.target === ref.current && isPressedBeside.current && ref.current?.close()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div class="dialog-body">
        <div class="dialog-header">
          <h2 id={titleId}>{props.title}</h2>
          <IconButton icon="close" name={texts.close} onClick={() => ref.current?.close()} />
        </div>
        {props.children}
      </div>
    </dialog>
  )
}
