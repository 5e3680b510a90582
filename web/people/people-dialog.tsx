import { useState } from 'preact/hooks'
import type { Conversation, Room } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat, useFrame, useUserId } from '../app/context.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { useKeptFocus } from '../ui/use-kept-focus.ts'
import { AddPeopleDialog } from './add-people-dialog.tsx'
import { andRefresh } from './and-refresh.ts'
import { type Change, leaving } from './change.ts'
import { InvitedPeople } from './invited-people.tsx'
import { inOrder } from './order.ts'
import { ParticipantItem } from './participant-item.tsx'

/** Who is in a group, and what the user may change about that. */
export function PeopleDialog(props: {
  readonly conversation: Conversation
  readonly room: Room
  readonly onClose: () => void
}) {
  const { conversation, room, onClose } = props
  const texts = useAllTexts()
  const chat = useChat()
  const userId = useUserId()
  const { route, announcement } = useFrame()
  const ref = useKeptFocus<HTMLDivElement>()
  const [change, setChange] = useState<Change>()
  const [isAdding, setAdding] = useState(false)
  const [notice, setNotice] = useState('')
  const [changes, setChanges] = useState(0)
  const { is_group, owner_id, participants } = conversation
  const isOwner = is_group && owner_id === userId

  async function leave(): Promise<void> {
    await room.leave()
    onClose()
    if (route.conversationId.getSnapshot() === conversation.id) route.go(undefined)
  }
  const leaveChange: Change = { ...leaving(conversation, userId, texts), run: leave }

  return (
    <Dialog title={texts.participants(participants.length)} onClose={onClose}>
      <div ref={ref} tabIndex={-1} class="people">
        {isOwner && (
          <button type="button" class="people-action" onClick={() => setAdding(true)}>
            <Icon name="add" />
            {texts.addPeople}
          </button>
        )}
        {notice && <p class="notice">{notice}</p>}
        <ul>
          {inOrder(participants, userId, owner_id, texts.locale).map((person) => (
            <ParticipantItem
              key={person.id}
              person={person}
              isOwner={person.id === owner_id}
              onAsk={isOwner && person.id !== userId ? setChange : undefined}
            />
          ))}
        </ul>
        {isOwner && <InvitedPeople room={room} changes={changes} />}
        {is_group && (
          <button
            type="button"
            class="people-action"
            data-kind="danger"
            onClick={() => setChange(leaveChange)}
          >
            <Icon name="leave" />
            {texts.leaveGroup}
          </button>
        )}
        {change && (
          <Confirm
            question={change.question}
            detail={change.detail}
            action={change.action}
            run={() => andRefresh(chat, change.run(room))}
            onClose={() => setChange(undefined)}
          />
        )}
        {isAdding && (
          <AddPeopleDialog
            conversation={conversation}
            room={room}
            onClose={() => setAdding(false)}
            onDone={(text) => {
              setNotice(text)
              setChanges(changes + 1)
              announcement.set(text)
            }}
          />
        )}
      </div>
    </Dialog>
  )
}
