import { useEffect } from 'preact/hooks'
import { useChat, useFrame, useTexts } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import { useReadable } from '../app/readable.ts'
import { useKeptFocus } from '../ui/use-kept-focus.ts'
import { InvitationItem } from './invitation-item.tsx'

/** Invitations that the user has received. */
export function Invitations() {
  const texts = useTexts()
  const chat = useChat()
  const { announcement } = useFrame()
  const invitations = useReadable(chat.invitations)
  const ref = useKeptFocus<HTMLDivElement>()
  useEffect(
    () =>
      chat.on('new_invitation', (frame) => {
        if (frame.type !== 'new_invitation') return
        announcement.set(texts.newInvitation(nameOf(frame.invitation.from_user)))
      }),
    [chat, texts, announcement],
  )
  // The element around the region takes the focus when the last invitation is answered.
  return (
    <div ref={ref} tabIndex={-1} class="invitations-place">
      {invitations.length > 0 && (
        <section class="invitations" aria-label={texts.invitations}>
          <h2>
            {texts.invitations}
            <span class="badge">{invitations.length}</span>
          </h2>
          <ul>
            {invitations.map((invitation) => (
              <InvitationItem key={invitation.id} invitation={invitation} />
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
