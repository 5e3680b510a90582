import { useState } from 'preact/hooks'
import type { Message } from '../../client/index.ts'
import { useTexts } from '../app/context.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import type { Actions } from './use-actions.ts'

/** The buttons beside a message: shown under the pointer, with the keyboard focus, and after a tap. */
export function MessageActions(props: {
  readonly message: Message
  readonly isOwn: boolean
  readonly actions: Actions
}) {
  const texts = useTexts()
  const { message, isOwn, actions } = props
  const [isDeleting, setDeleting] = useState(false)
  return (
    <>
      <div class="actions">
        <ActionButton icon="reply" name={texts.reply} onClick={() => actions.reply(message)} />
        {isOwn && (
          <>
            <ActionButton icon="edit" name={texts.edit} onClick={() => actions.edit(message)} />
            <ActionButton icon="delete" name={texts.delete} onClick={() => setDeleting(true)} />
          </>
        )}
      </div>
      {isDeleting && (
        <Confirm
          question={texts.deleteSure}
          action={texts.delete}
          run={() => actions.remove(message)}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  )
}

function ActionButton(props: {
  readonly icon: IconName
  readonly name: string
  readonly onClick: () => void
}) {
  return (
    <button
      type="button"
      class="icon-button action"
      aria-label={props.name}
      title={props.name}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  )
}
