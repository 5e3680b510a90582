import type { Invitation } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import type { AllTexts } from '../text/texts.ts'
import { Problem, useAction } from '../ui/use-action.tsx'
import { AcceptButton } from './accept-button.tsx'
import { PersonRow } from './person-row.tsx'
import { Words } from './words.tsx'

/** Who invites the user, to what, with which words, and the two answers. */
export function InvitationItem({ invitation }: { readonly invitation: Invitation }) {
  const texts = useAllTexts()
  const chat = useChat()
  const { run, isBusy, problem } = useAction()
  const { id, from_user, message } = invitation
  return (
    <li class="invitation">
      <PersonRow person={from_user} detail={purposeOf(invitation, texts)} />
      {message && <Words text={message} />}
      <div class="invitation-buttons">
        <AcceptButton invitation={invitation} />
        <button
          type="button"
          class="button"
          aria-label={texts.decline(nameOf(from_user))}
          aria-disabled={isBusy}
          onClick={() => run(() => chat.respond(id, 'reject'))}
        >
          {texts.declineShort}
        </button>
        <Problem text={problem} />
      </div>
    </li>
  )
}

function purposeOf({ conversation_id, title }: Invitation, texts: AllTexts): string {
  if (conversation_id === undefined) return texts.invitesYou
  return title ? texts.invitesToGroup(title) : texts.invitesToAGroup
}
