import { useAllTexts } from '../app/all-texts.ts'
import { useChat } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { InvitationItem } from './invitation-item.tsx'

/** The invitations that the user has not answered yet. */
export function InvitationList() {
  const texts = useAllTexts()
  const invitations = useReadable(useChat().invitations)
  return (
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
  )
}
