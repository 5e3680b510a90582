import type { ComponentChildren } from 'preact'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/icon-button.tsx'

/** A line of the list about an invitation that the user has sent. It is not a link. */
export function PendingRow(props: {
  /** The id of the invited user. */
  readonly id: string
  readonly title: string
  /** What has become of the invitation. */
  readonly note: ComponentChildren
  /** What the button at the end does. */
  readonly action: string
  readonly onAct: () => void
}) {
  const { id, title, note, action, onAct } = props
  return (
    <div class="conversation">
      <Avatar id={id} name={title} />
      <span class="conversation-title truncate" dir="auto">
        {title}
      </span>
      <span class="preview" data-kind="pending">
        {note}
      </span>
      <IconButton icon="close" name={action} class="conversation-action" onClick={onAct} />
    </div>
  )
}
