import type { Person } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat, useUserId } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import { useReadable } from '../app/readable.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { useNow } from '../ui/use-now.ts'
import { type Change, handover, removal } from './change.ts'
import { PersonRow } from './person-row.tsx'

/** A participant, and what the owner may change. */
export function ParticipantItem(props: {
  readonly person: Person
  readonly isOwner: boolean
  /** Undefined if the user may not change anything about this participant. */
  readonly onAsk: ((change: Change) => void) | undefined
}) {
  const { person, isOwner, onAsk } = props
  const texts = useAllTexts()
  const isUser = useUserId() === person.id
  const presence = useReadable(useChat().presence).get(person.id)
  const now = useNow()
  const name = nameOf(person) || texts.unknownPerson
  const lastSeen = presence?.last_seen
  const seen = lastSeen ? texts.lastSeen(texts.format.ago(new Date(lastSeen), new Date(now))) : person.email
  const isOnline = !isUser && presence?.is_online === true
  return (
    <li>
      <PersonRow
        person={person}
        {...(isUser ? { name: texts.ownName } : {})}
        detail={isUser ? person.email : isOnline ? texts.isOnline : seen}
        isOnline={isOnline}
      >
        {isOwner && <span class="owner">{texts.owner}</span>}
        {onAsk && (
          <>
            <IconButton
              icon="owner"
              name={texts.makeOwner(name)}
              onClick={() => onAsk(handover(person, texts))}
            />
            <IconButton
              icon="close"
              name={texts.removePerson(name)}
              onClick={() => onAsk(removal(person, texts))}
            />
          </>
        )}
      </PersonRow>
    </li>
  )
}
