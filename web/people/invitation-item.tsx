import { useState } from 'preact/hooks'
import type { Invitation } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import type { AllTexts } from '../text/texts.ts'
import { Problem, useAction } from '../ui/use-action.tsx'
import { AcceptButton } from './accept-button.tsx'
import { PersonRow } from './person-row.tsx'

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

/** About four lines. */
const SHORT_LENGTH = 160

/** The words of an invitation; long ones are cut until the user wants to see them. */
function Words({ text }: { readonly text: string }) {
  const texts = useAllTexts()
  const isLong = text.length > SHORT_LENGTH || text.split('\n').length > 4
  const [isCut, setCut] = useState(isLong)
  return (
    <div class="invitation-words" data-cut={isCut || undefined}>
      <p dir="auto">{text}</p>
      {isCut && (
        <button type="button" class="link-button" onClick={() => setCut(false)}>
          {texts.showAll}
        </button>
      )}
    </div>
  )
}
