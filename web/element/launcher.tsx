import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Frame } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { shortCount } from '../text/format.ts'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { isTouch } from '../ui/is-touch.ts'

/** A floating button with the number of unread messages, which opens the chat in a panel above it. */
export function Launcher(props: {
  readonly frame: Frame
  readonly unread: number
  readonly isOpen: boolean
  readonly onToggle: (isOpen: boolean) => void
  readonly children: ComponentChildren
}) {
  const { frame, isOpen, onToggle, unread } = props
  const texts = useReadable(frame.texts)
  const button = useRef<HTMLButtonElement>(null)
  function close(): void {
    onToggle(false)
    button.current?.focus()
  }
  return (
    <div class="launcher" lang={texts.locale} data-theme={useReadable(frame.preferences.theme)}>
      {isOpen && (
        <Panel label={texts.app} closeLabel={texts.close} onClose={close}>
          {props.children}
        </Panel>
      )}
      <button
        ref={button}
        type="button"
        class="launcher-button"
        part="launcher"
        aria-expanded={isOpen}
        aria-label={texts.unread(texts.app, unread)}
        onKeyDown={(event) => event.key === 'Escape' && isOpen && close()}
        onClick={() => (isOpen ? close() : onToggle(true))}
      >
        <Icon name={isOpen ? 'down' : 'chat'} />
        {unread > 0 && (
          <span class="badge" part="badge" aria-hidden="true">
            {shortCount(unread)}
          </span>
        )}
      </button>
    </div>
  )
}

/** Whether the key has already done something else, such as closing the menu. */
const isTaken = (event: KeyboardEvent) =>
  event.defaultPrevented ||
  (event.currentTarget as Element).querySelector('[popover=auto]:popover-open, dialog[open]') !== null

/** A popover, so that nothing on the page of the site covers it. */
function Panel(props: {
  readonly label: string
  readonly closeLabel: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}) {
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    panel.current?.showPopover()
    // If a conversation is open, the user goes on writing there. On a phone, the keyboard would cover the messages.
    const field = isTouch() ? undefined : panel.current?.querySelector<HTMLElement>('.composer-text')
    ;(field ?? panel.current)?.focus()
  }, [])
  return (
    <section
      ref={panel}
      popover="manual"
      class="launcher-panel"
      part="panel"
      role="dialog"
      aria-label={props.label}
      tabIndex={-1}
      onKeyDown={(event) => event.key === 'Escape' && !isTaken(event) && props.onClose()}
    >
      <div class="launcher-bar">
        <IconButton icon="close" name={props.closeLabel} onClick={props.onClose} />
      </div>
      {props.children}
    </section>
  )
}
