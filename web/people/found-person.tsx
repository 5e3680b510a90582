import type { Person } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useFrame } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import { Icon } from '../ui/icon.tsx'
import { useKeptFocus } from '../ui/use-kept-focus.ts'
import { AcceptButton } from './accept-button.tsx'
import { InviteButton } from './invite-button.tsx'
import { PersonRow } from './person-row.tsx'
import type { Relation } from './relation.ts'

/** A person that was found, with the next step: invite them, answer their invitation, or open the conversation. */
export function FoundPerson(props: {
  readonly person: Person
  readonly relation: Relation
  /** What the user writes to the person who is invited. */
  readonly words: string
  readonly onInvited: () => void
  /** Called when a conversation was opened and the search is over. */
  readonly onOpen: () => void
}) {
  const { person, relation, words, onInvited, onOpen } = props
  const texts = useAllTexts()
  const { route } = useFrame()
  const name = nameOf(person)
  // The button with the focus disappears once the invitation is sent.
  const ref = useKeptFocus<HTMLLIElement>()
  return (
    <li ref={ref} tabIndex={-1}>
      <PersonRow
        person={person}
        note={
          relation.kind === 'invited' ? (
            <>
              <Icon name="clock" />
              {texts.invitationSent}
            </>
          ) : (
            relation.kind === 'inviting' && <bdi class="truncate">{relation.invitation.message}</bdi>
          )
        }
      >
        {relation.kind === 'stranger' && (
          <InviteButton person={person} words={words} onInvited={onInvited} onOpen={onOpen} />
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
