import { useEffect, useRef } from 'preact/hooks'
import type { Person } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat, useUserId } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { onArrowKeys } from '../ui/arrow-keys.ts'
import { Chips } from './chips.tsx'
import { PersonRow } from './person-row.tsx'
import { acquaintances } from './relation.ts'
import { SearchField } from './search-field.tsx'
import { useSearch } from './use-search.ts'

/** How many acquaintances are offered before the user searches. */
const SUGGESTIONS = 5

/** Lets the user choose several people, from acquaintances or from the results of a search. */
export function PeoplePicker(props: {
  readonly chosen: readonly Person[]
  readonly setChosen: (people: readonly Person[]) => void
  /** The ids of those who cannot be chosen, because they take part already. */
  readonly taken?: readonly string[]
}) {
  const { chosen, setChosen, taken = [] } = props
  const texts = useAllTexts()
  const search = useSearch()
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const suggested = useSuggestions(taken)
  const offered = search.people ?? (search.text ? [] : suggested)
  const without = ({ id }: Person) => chosen.filter((person) => person.id !== id)

  // On a phone, the keyboard leaves little room below the field.
  useEffect(() => {
    if (search.people) list.current?.scrollIntoView({ block: 'nearest' })
  }, [search.people])

  function onKeyDown(event: KeyboardEvent): void {
    const last = chosen.at(-1)
    if (event.key === 'Enter') list.current?.querySelector<HTMLInputElement>('input:enabled')?.focus()
    if (event.key === 'Backspace' && !search.text && last) setChosen(without(last))
  }
  return (
    <fieldset class="picker" onKeyDown={onArrowKeys}>
      <legend>{texts.chooseMembers}</legend>
      <Chips
        people={chosen}
        onRemove={(person) => setChosen(without(person))}
        onEmpty={() => field.current?.focus()}
      />
      <SearchField search={search} fieldRef={field} onKeyDown={onKeyDown} />
      <ul ref={list} class="picker-people">
        {offered.map((person) => (
          <Choice
            key={person.id}
            person={person}
            isTaken={taken.includes(person.id)}
            isChosen={chosen.some(({ id }) => id === person.id)}
            onChange={(isChosen) => setChosen(isChosen ? [...without(person), person] : without(person))}
          />
        ))}
      </ul>
    </fieldset>
  )
}

function useSuggestions(taken: readonly string[]): readonly Person[] {
  const { items } = useReadable(useChat().conversations)
  const userId = useUserId()
  return acquaintances(items, userId)
    .filter(({ id }) => !taken.includes(id))
    .slice(0, SUGGESTIONS)
}

function Choice(props: {
  readonly person: Person
  readonly isTaken: boolean
  readonly isChosen: boolean
  readonly onChange: (isChosen: boolean) => void
}) {
  const { person, isTaken, isChosen, onChange } = props
  const texts = useAllTexts()
  return (
    <li>
      <label class="picker-choice">
        <PersonRow person={person} {...(isTaken ? { detail: texts.isParticipant } : {})}>
          <input
            type="checkbox"
            checked={isChosen || isTaken}
            disabled={isTaken}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />
        </PersonRow>
      </label>
    </li>
  )
}
