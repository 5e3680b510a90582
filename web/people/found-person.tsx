import type { Person } from '../../client/index.ts'
import { useChat, useFrame, useTexts } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import { useReadable } from '../app/readable.ts'
import { Icon } from '../ui/icon.tsx'
import { AcceptButton } from './accept-button.tsx'
import { PersonRow } from './person-row.tsx'
import { relationTo } from './relation.ts'

/** A person that was found, with what comes next: inviting, answering, or the conversation. */
export function FoundPerson(props: {
  readonly person: Person
  readonly onInvite: () => void
  /** A conversation was opened, and the search is over. */
  readonly onOpen: () => void
}) {
  const { person, onInvite, onOpen } = props
  const texts = useTexts()
  const chat = useChat()
  const { route } = useFrame()
  const { items } = useReadable(chat.conversations)
  const relation = relationTo(person.id, items, useReadable(chat.invitations))
  const name = nameOf(person)
  return (
    <li>
      <PersonRow
        person={person}
        note={
          relation.kind === 'invited' && (
            <>
              <Icon name="clock" />
              {texts.invitationSent}
            </>
          )
        }
      >
        {relation.kind === 'stranger' && (
          <button type="button" class="button" aria-label={texts.invite(name)} onClick={onInvite}>
            {texts.inviteShort}
          </button>
        )}
        {relation.kind === 'inviting' && (
          <AcceptButton invitation={relation.invitation} onAccepted={onOpen} />
        )}
        {relation.kind === 'pair' && (
          <button
            type="button"
            class="button"
            aria-label={texts.openConversation(name)}
            onClick={() => {
              route.go(relation.conversationId)
              onOpen()
            }}
          >
            {texts.openShort}
          </button>
        )}
      </PersonRow>
    </li>
  )
}
