import type { Person } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { FoundPerson } from './found-person.tsx'
import { relationTo } from './relation.ts'
import { WordsField } from './words-field.tsx'

/** The people that were found, and what the user writes to those who are invited. */
export function FoundPeople(props: {
  readonly people: readonly Person[]
  readonly words: string
  readonly setWords: (words: string) => void
  /** A conversation was opened, and the search is over. */
  readonly onOpen: () => void
}) {
  const { people, words, setWords, onOpen } = props
  const texts = useAllTexts()
  const chat = useChat()
  const { items } = useReadable(chat.conversations)
  const invitations = useReadable(chat.invitations)
  const found = people.map((person) => ({ person, relation: relationTo(person.id, items, invitations) }))
  const canInvite = found.some(({ relation }) => relation.kind === 'stranger')
  return (
    <div class="search-found">
      {canInvite && <WordsField text={words} setText={setWords} />}
      <ul class="search-results" aria-label={texts.found(found.length)}>
        {found.map(({ person, relation }) => (
          <FoundPerson
            key={person.id}
            person={person}
            relation={relation}
            words={words}
            onInvited={() => setWords('')}
            onOpen={onOpen}
          />
        ))}
      </ul>
    </div>
  )
}
