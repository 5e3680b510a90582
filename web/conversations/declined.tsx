import { useEffect, useRef, useState } from 'preact/hooks'
import type { Person } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat, useFrame } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import { PendingRow } from './pending-row.tsx'

interface Sent {
  readonly id: string
  readonly to: Person
  /** Of the group, if it is an invitation to one. */
  readonly title?: string | undefined
}

/** The user's invitations that were declined since the page was opened, until the user has seen that. Accepted ones are announced. */
export function Declined() {
  const texts = useAllTexts()
  const chat = useChat()
  const { announcement } = useFrame()
  const [declined, setDeclined] = useState<readonly Sent[]>([])
  /** A declined invitation is in no list any more. Those to groups never are in one. Kept when the language changes. */
  const sentRef = useRef(new Map<string, Sent>())
  const noteOf = ({ title }: Sent) => (title ? texts.groupDeclined(title) : texts.invitationDeclined)

  useEffect(() => {
    const sent = sentRef.current
    function onList(): void {
      for (const { id, status, participant } of chat.conversations.getSnapshot().items)
        if (status === 'pending') sent.set(id, { id, to: participant })
    }
    onList()
    const stopList = chat.conversations.subscribe(onList)
    const stopFrames = chat.on('*', (frame) => {
      if (frame.type === 'invitation_sent') {
        const { id, to_user: to, title } = frame.invitation
        if (to) sent.set(id, { id, to, title })
      }
      const accepted = frame.type === 'invitation_accepted' && sent.get(frame.invitation_id)
      if (accepted && sent.delete(accepted.id))
        announcement.set(texts.says(nameOf(accepted.to), texts.invitationAccepted))
      const ended = frame.type === 'invitation_rejected' && sent.get(frame.invitation_id)
      // The frame can arrive twice, also after the user has closed the note.
      if (!ended || !sent.delete(ended.id)) return
      setDeclined((before) => [ended, ...before])
      announcement.set(texts.says(nameOf(ended.to), noteOf(ended)))
    })
    return () => {
      stopList()
      stopFrames()
    }
  }, [chat, texts])

  return (
    <>
      {declined.map((invitation) => (
        <PendingRow
          key={invitation.id}
          id={invitation.to.id}
          title={nameOf(invitation.to)}
          note={<bdi class="truncate">{noteOf(invitation)}</bdi>}
          action={texts.close}
          onAct={() => setDeclined((before) => before.filter((other) => other !== invitation))}
        />
      ))}
    </>
  )
}
