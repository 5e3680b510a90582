import { useTexts } from '../app/context.ts'
import { useRoom } from '../conversation/room-context.ts'
import type { Writing } from '../conversation/writing.ts'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'

/** Says that the user edits a message or replies to one, and to which. */
export function WritingBar(props: {
  readonly writing: NonNullable<Writing>
  readonly isSaving: boolean
  readonly id: string
  readonly onCancel: () => void
}) {
  const texts = useTexts()
  const { nameOf } = useRoom()
  const { kind, message } = props.writing
  const editing = props.isSaving ? texts.saving : texts.editing
  return (
    <div class="composer-bar">
      <Icon name={kind} />
      <p id={props.id} class="composer-quote">
        <span class="composer-kind truncate" dir="auto">
          {kind === 'edit' ? editing : texts.replyingTo(nameOf(message.sender_id))}
        </span>
        <span class="truncate" dir="auto">
          {message.content}
        </span>
      </p>
      <IconButton icon="close" name={texts.cancel} onClick={props.onCancel} />
    </div>
  )
}
