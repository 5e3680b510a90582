import { useState } from 'preact/hooks'
import type { Message } from '../../client/index.ts'
import { useTexts } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import type { Actions } from './use-actions.ts'

/** The buttons beside a message: shown under the pointer, with the keyboard focus, and after a tap. */
export function MessageActions(props: {
  readonly message: Message
  readonly isOwn: boolean
  readonly tabIndex: number
  readonly actions: Actions
}) {
  const texts = useTexts()
  const { message, isOwn, tabIndex, actions } = props
  const [isDeleting, setDeleting] = useState(false)
  return (
    <>
      <div class="actions">
        <IconButton
          icon="reply"
          name={texts.reply}
          class="action"
          tabIndex={tabIndex}
          onClick={() => actions.reply(message)}
        />
        {isOwn && (
          <>
            <IconButton
              icon="edit"
              name={texts.edit}
              class="action"
              tabIndex={tabIndex}
              onClick={() => actions.edit(message)}
            />
            <IconButton
              icon="delete"
              name={texts.delete}
              class="action"
              tabIndex={tabIndex}
              onClick={() => setDeleting(true)}
            />
          </>
        )}
      </div>
      {isDeleting && (
        <Later
          part="Confirm"
          question={texts.deleteSure}
          action={texts.delete}
          run={() => actions.remove(message)}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  )
}
