import { useState } from 'preact/hooks'
import { type Person, RequestError } from '../../client/index.ts'
import { useChat, useFrame, useTexts } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import { Dialog } from '../ui/dialog.tsx'
import { FormButtons } from '../ui/form-buttons.tsx'
import { useAction } from '../ui/use-action.tsx'
import { andRefresh } from './and-refresh.ts'
import { PersonRow } from './person-row.tsx'
import { WordsField } from './words-field.tsx'

/** Invites a person, with a few words if the user likes. */
export function InviteDialog(props: {
  readonly person: Person
  readonly onClose: () => void
  /** There was a conversation already, and it is open now. */
  readonly onOpen: () => void
}) {
  const { person, onClose, onOpen } = props
  const texts = useTexts()
  const chat = useChat()
  const { route, announcement } = useFrame()
  const { run, isBusy, problem } = useAction()
  const [words, setWords] = useState('')

  async function invite(): Promise<void> {
    try {
      await andRefresh(chat, chat.invite(person.id, words.trim()))
      announcement.set(texts.invited(nameOf(person)))
    } catch (error) {
      const existing = error instanceof RequestError ? error.conversationId : undefined
      if (existing === undefined) throw error
      route.go(existing)
      onOpen()
    }
    onClose()
  }
  return (
    <Dialog title={texts.inviteTitle} onClose={onClose}>
      <PersonRow person={person} />
      <form
        class="dialog-form"
        onSubmit={(event) => {
          event.preventDefault()
          void run(invite)
        }}
      >
        <WordsField text={words} setText={setWords} />
        <FormButtons
          action={texts.sendInvitation}
          kind="primary"
          isBusy={isBusy}
          problem={problem}
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}
