import { useEffect, useRef } from 'preact/hooks'
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
  /** Whether the user has pressed Enter, which leads to the first person or opens the conversation with them. */
  readonly isEntered: boolean
  readonly words: string
  readonly setWords: (words: string) => void
  /** Called when a conversation was opened and the search is over. */
  readonly onOpen: () => void
}) {
  const { people, isEntered, words, setWords, onOpen } = props
  const texts = useAllTexts()
  const chat = useChat()
  const { items } = useReadable(chat.conversations)
  const invitations = useReadable(chat.invitations)
  const found = people.map((person) => ({ person, relation: relationTo(person.id, items, invitations) }))
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    const button = isEntered && list.current?.querySelector<HTMLElement>('li:first-child button')
    if (!button) return
    if (found[0]?.relation.kind === 'pair') button.click()
    else button.focus()
  }, [isEntered, people])
  const canInvite = found.some(({ relation }) => relation.kind === 'stranger')
  return (
    <div class="search-found">
      {canInvite && <WordsField text={words} setText={setWords} />}
      <ul ref={list} class="search-results" aria-label={texts.found(found.length)}>
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
