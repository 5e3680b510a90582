import { useEffect, useRef, useState } from 'preact/hooks'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat, useFrame, useUserId } from '../app/context.ts'
import { keep, keyOf } from '../app/kept.ts'
import { nameOf } from '../app/names.ts'
import { useReadable } from '../app/readable.ts'
import { type Answer, followAnswers } from './answers.ts'
import { PendingRow } from './pending-row.tsx'

/**
 * The user's invitations that were declined since the page was opened, until the user closes them. Accepted ones are
 * announced, and marked for the preview of their conversation.
 */
export function Declined() {
  const texts = useAllTexts()
  const chat = useChat()
  const userId = useUserId()
  const { announcement, server } = useFrame()
  const [declined, setDeclined] = useState<readonly Answer[]>([])
  const noteOf = ({ title }: Answer) => (title ? texts.groupDeclined(title) : texts.invitationDeclined)
  const titleOf = ({ to }: Answer) => (to ? nameOf(to) : texts.earlierInvitation)

  function onAnswer(answer: Answer): void {
    const { to, isDeclined, accepted } = answer
    setDeclined((before) => {
      // A later answer to the same invitation takes the place of the first one.
      const others = before.filter((other) => other.to?.id !== to?.id || other.title !== answer.title)
      return isDeclined ? [answer, ...others] : others
    })
    if (accepted && !accepted.is_group) keep(keyOf(server, userId, 'accepted', accepted.id), 'yes')
    const text = isDeclined ? noteOf(answer) : texts.invitationAccepted
    if (to || isDeclined) announcement.set(texts.says(titleOf(answer), text))
  }
  // Someone who was invited again has a row of their own.
  const { items } = useReadable(chat.conversations)
  const isInvited = ({ to, title }: Answer) =>
    !title && items.some(({ status, participant }) => status === 'pending' && participant.id === to?.id)
  // The function of the latest rendering, because the language can change.
  const latest = useRef(onAnswer)
  latest.current = onAnswer
  useEffect(() => followAnswers(chat, (answer) => latest.current(answer)), [chat])

  return (
    <>
      {declined
        .filter((answer) => !isInvited(answer))
        .map((answer) => (
          <PendingRow
            key={answer.id}
            id={answer.to?.id ?? answer.id}
            title={titleOf(answer)}
            note={<span class="truncate">{noteOf(answer)}</span>}
            action={texts.says(texts.close, titleOf(answer))}
            onAct={() => setDeclined((before) => before.filter((other) => other !== answer))}
          />
        ))}
    </>
  )
}
