import { useRef, useState } from 'preact/hooks'
import { useChat, useTexts } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { onArrowKeys } from '../ui/arrow-keys.ts'
import { useKeptFocus } from '../ui/use-kept-focus.ts'
import { FoundPerson } from './found-person.tsx'
import { relationTo } from './relation.ts'
import { SearchField } from './search-field.tsx'
import { useSearch } from './use-search.ts'
import { WordsField } from './words-field.tsx'

/** Finds administrators, invites them, or opens the conversation with them. */
export function Search() {
  const texts = useTexts()
  const search = useSearch()
  const field = useRef<HTMLInputElement>(null)
  const ref = useKeptFocus<HTMLElement>()
  const chat = useChat()
  const { items } = useReadable(chat.conversations)
  const invitations = useReadable(chat.invitations)
  const [words, setWords] = useState('')
  const { people = [], setText } = search
  const found = people.map((person) => ({ person, relation: relationTo(person.id, items, invitations) }))
  const canInvite = found.some(({ relation }) => relation.kind === 'stranger')

  function onKeyDown(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
    if (event.key === 'Escape') {
      // The words for an invitation stay.
      if ((event.target as Element).localName !== 'textarea') setText('')
      field.current?.focus()
    }
    onArrowKeys(event)
  }
  return (
    <search ref={ref} tabIndex={-1} class="search" onKeyDown={onKeyDown}>
      <SearchField search={search} fieldRef={field} />
      {found.length > 0 && (
        <div class="search-found">
          <ul class="search-results" aria-label={texts.found(found.length)}>
            {found.map(({ person, relation }) => (
              <FoundPerson
                key={person.id}
                person={person}
                relation={relation}
                words={words}
                onInvited={() => setWords('')}
                onOpen={() => setText('')}
              />
            ))}
          </ul>
          {canInvite && <WordsField text={words} setText={setWords} rows={1} />}
        </div>
      )}
    </search>
  )
}
