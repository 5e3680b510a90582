import { useEffect, useState } from 'preact/hooks'
import type { Invitation, Room } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat, useUserId } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import { WithdrawDialog } from '../conversations/withdraw-dialog.tsx'
import { useKeptFocus } from '../ui/use-kept-focus.ts'
import { PersonRow } from './person-row.tsx'

/**
 * Who is invited to a group and has not answered.
 *
 * @param changes increases with every invitation that is sent here
 */
export function InvitedPeople({ room, changes }: { readonly room: Room; readonly changes: number }) {
  const texts = useAllTexts()
  const chat = useChat()
  const ref = useKeptFocus<HTMLDivElement>()
  const [invitations, setInvitations] = useState<readonly Invitation[]>([])
  const [withdrawn, setWithdrawn] = useState<Invitation>()

  useEffect(() => {
    let isLatest = true
    const read = () =>
      room.invitations().then(
        (open) => isLatest && setInvitations(open),
        // On failure, the dialog still shows the participants.
        () => {},
      )
    void read()
    // Reads again after any change to an invitation, here or on another device.
    const stop = chat.on('*', (frame) => /^invitation_/.test(frame.type) && void read())
    return () => {
      isLatest = false
      stop()
    }
  }, [chat, room, changes])

  return (
    <div ref={ref} tabIndex={-1} class="invited">
      {invitations.length > 0 && <h3 class="hint">{texts.invitedPeople}</h3>}
      <ul>
        {invitations.map((invitation) => (
          <InvitedPerson key={invitation.id} invitation={invitation} onWithdraw={setWithdrawn} />
        ))}
      </ul>
      {withdrawn?.to_user && (
        <WithdrawDialog
          id={withdrawn.id}
          name={nameOf(withdrawn.to_user)}
          onClose={() => setWithdrawn(undefined)}
          onWithdrawn={() => setInvitations(invitations.filter(({ id }) => id !== withdrawn.id))}
        />
      )}
    </div>
  )
}

/** Only the sender can withdraw the invitation, and that may be an earlier owner of the group. */
function InvitedPerson(props: {
  readonly invitation: Invitation
  readonly onWithdraw: (invitation: Invitation) => void
}) {
  const texts = useAllTexts()
  const { invitation, onWithdraw } = props
  const { from_user, to_user = from_user } = invitation
  const isOwn = useUserId() === from_user.id
  return (
    <li>
      <PersonRow
        person={to_user}
        detail={isOwn ? texts.invitationSent : texts.invitedBy(nameOf(from_user) || texts.unknownPerson)}
      >
        {isOwn && (
          <button
            type="button"
            class="button"
            aria-label={texts.withdraw(nameOf(to_user) || texts.unknownPerson)}
            onClick={() => onWithdraw(invitation)}
          >
            {texts.withdrawShort}
          </button>
        )}
      </PersonRow>
    </li>
  )
}
