import { useEffect } from 'preact/hooks'
import { useChat, useFrame, useTexts } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { nameOf } from '../app/names.ts'
import { useReadable } from '../app/readable.ts'
import { useKeptFocus } from '../ui/use-kept-focus.ts'

/** Invitations that the user has received. */
export function Invitations() {
  const texts = useTexts()
  const chat = useChat()
  const { announcement } = useFrame()
  const invitations = useReadable(chat.invitations)
  const ref = useKeptFocus<HTMLDivElement>()
  useEffect(
    () =>
      chat.on('new_invitation', ({ invitation }) =>
        announcement.set(texts.newInvitation(nameOf(invitation.from_user))),
      ),
    [chat, texts, announcement],
  )
  // The element around the region takes the focus when the last invitation is answered.
  return (
    <div ref={ref} tabIndex={-1} class="invitations-place">
      {invitations.length > 0 && <Later part="InvitationList" />}
    </div>
  )
}
