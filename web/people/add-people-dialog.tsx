import type { Conversation, Person, Room } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import { Dialog } from '../ui/dialog.tsx'
import { andRefresh } from './and-refresh.ts'
import { InvitationForm } from './invitation-form.tsx'

/** Invites more people to a group. */
export function AddPeopleDialog(props: {
  readonly conversation: Conversation
  readonly room: Room
  readonly onClose: () => void
  /** Says what was done. */
  readonly onDone: (text: string) => void
}) {
  const { conversation, room, onClose, onDone } = props
  const texts = useAllTexts()
  const chat = useChat()

  async function invite(people: readonly Person[]): Promise<void> {
    await andRefresh(chat, room.invite(people.map(({ id }) => id)))
    onDone(texts.invited(texts.format.list(people.map(nameOf))))
    onClose()
  }
  return (
    <Dialog title={texts.addPeople} onClose={onClose}>
      <InvitationForm
        action={texts.sendInvitations}
        run={invite}
        onClose={onClose}
        taken={conversation.participants.map(({ id }) => id)}
      />
    </Dialog>
  )
}
