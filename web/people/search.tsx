import { useRef, useState } from 'preact/hooks'
import type { Person } from '../../client/index.ts'
import { useTexts } from '../app/context.ts'
import { onArrowKeys } from '../ui/arrow-keys.ts'
import { useKeptFocus } from '../ui/use-kept-focus.ts'
import { FoundPerson } from './found-person.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { SearchField } from './search-field.tsx'
import { useSearch } from './use-search.ts'

/** Finds administrators, invites them, or opens the conversation with them. */
export function Search() {
  const texts = useTexts()
  const search = useSearch()
  const field = useRef<HTMLInputElement>(null)
  const ref = useKeptFocus<HTMLElement>()
  const [invitee, setInvitee] = useState<Person>()
  const { people = [], setText } = search

  function onKeyDown(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
    if (event.key === 'Escape') {
      setText('')
      field.current?.focus()
    }
    onArrowKeys(event)
  }
  return (
    <search ref={ref} tabIndex={-1} class="search" onKeyDown={onKeyDown}>
      <SearchField search={search} fieldRef={field} />
      {people.length > 0 && (
        <ul class="search-results" aria-label={texts.found(people.length)}>
          {people.map((person) => (
            <FoundPerson
              key={person.id}
              person={person}
              onInvite={() => setInvitee(person)}
              onOpen={() => setText('')}
            />
          ))}
        </ul>
      )}
      {invitee && (
        <InviteDialog person={invitee} onClose={() => setInvitee(undefined)} onOpen={() => setText('')} />
      )}
    </search>
  )
}
