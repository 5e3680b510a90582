import type { Invitation } from '../../../protocol/model.ts'
import type { NewInvitation, User } from '../../model.ts'
import { toPerson } from '../entries/person.ts'
import type { Push } from '../push/push-to-users.ts'

/** An invitation as one of its two users sees it; `to_user` is only shown to the user who sent it. */
export function toInvitation(
  stored: NewInvitation,
  people: ReadonlyMap<string, User>,
  reader: string,
): Invitation {
  const { id, from, to, message, status, createdAt, group } = stored
  const inviter = toPerson(from, people.get(from))
  return {
    id,
    from_user: inviter,
    fromUser: inviter,
    ...(reader === from ? { to_user: toPerson(to, people.get(to)) } : {}),
    message,
    status,
    created_at: createdAt,
    ...(group ? { conversation_id: group.id } : {}),
    ...(group?.title === undefined ? {} : { title: group.title }),
  }
}

/** The pushes of a new invitation: to the invited user, and to the inviter's connections except the calling one. */
export const invitationPushes = (
  stored: NewInvitation,
  people: ReadonlyMap<string, User>,
  except: string | undefined,
): readonly Push[] => [
  { user: stored.to, push: { type: 'new_invitation', invitation: toInvitation(stored, people, stored.to) } },
  {
    user: stored.from,
    push: { type: 'invitation_sent', invitation: toInvitation(stored, people, stored.from) },
    except,
  },
]
