import { useEffect } from 'preact/hooks'
import { App } from '../app/app.tsx'
import type { Frame } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { useUnread } from '../attention/use-unread.ts'
import { Launcher } from './launcher.tsx'

/** What an element shows: the chat itself, or a button that opens it. */
export function Embedded(props: {
  readonly frame: Frame
  readonly isLauncher: boolean
  readonly isOpen: boolean
  readonly onToggle: (isOpen: boolean) => void
  readonly onUnread: (unread: number) => void
}) {
  const { frame, isLauncher, isOpen, onToggle, onUnread } = props
  const unread = useUnread(useReadable(frame.session.chat))
  useEffect(() => onUnread(unread), [unread])
  if (!isLauncher) return <App frame={frame} />
  return (
    <Launcher frame={frame} unread={unread} isOpen={isOpen} onToggle={onToggle}>
      <App frame={frame} />
    </Launcher>
  )
}
