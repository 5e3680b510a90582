import { useEffect, useRef, useState } from 'preact/hooks'
import { useFrame } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { useReadable } from '../app/readable.ts'
import { onArrowKeys } from '../ui/arrow-keys.ts'
import { useKeptFocus } from '../ui/use-kept-focus.ts'
import { SearchField } from './search-field.tsx'
import { useSearch } from './use-search.ts'

/** Finds administrators, invites them, or opens the conversation with them. */
export function Search() {
  const search = useSearch()
  const field = useRef<HTMLInputElement>(null)
  const ref = useKeptFocus<HTMLElement>()
  const [words, setWords] = useState('')
  /** The text for which the user has pressed Enter, as long as the focus stays in the search. */
  const [entered, setEntered] = useState<string>()
  const { people = [], text, setText } = search
  const opened = useReadable(useFrame().route.conversationId)
  // Whichever way a conversation was opened, the search is over.
  useEffect(() => setText(''), [opened])

  function onKeyDown(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
    if (event.key === 'Escape') {
      // The words for an invitation stay.
      if ((event.target as Element).localName !== 'textarea') setText('')
      field.current?.focus()
    }
    // With an input method, Enter only ends a word.
    if (event.key === 'Enter' && event.target === field.current && !event.isComposing) setEntered(text)
    onArrowKeys(event)
  }
  return (
    <search
      ref={ref}
      tabIndex={-1}
      class="search"
      onKeyDown={onKeyDown}
      onFocusOut={() => setEntered(undefined)}
    >
      <SearchField search={search} fieldRef={field} />
      {people.length > 0 && (
        <Later
          part="FoundPeople"
          people={people}
          isEntered={entered === text}
          words={words}
          setWords={setWords}
          onOpen={() => setText('')}
        />
      )}
    </search>
  )
}
