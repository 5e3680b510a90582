import type { RefObject } from 'preact'
import { useRef } from 'preact/hooks'
import { limits } from '../../protocol/limits.ts'
import { useTexts } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import type { Search } from './use-search.ts'

/** Where the user types the name of a person to find. */
export function SearchField(props: {
  readonly search: Search
  readonly fieldRef?: RefObject<HTMLInputElement | null>
  readonly onKeyDown?: (event: KeyboardEvent) => void
}) {
  const texts = useTexts()
  const ownRef = useRef<HTMLInputElement>(null)
  const { fieldRef = ownRef, search } = props
  const { text, setText } = search

  function onKeyDown(event: KeyboardEvent): void {
    // In a form, Enter would send it.
    if (event.key === 'Enter') event.preventDefault()
    if (event.key === 'Escape' && text) {
      // The dialog around the field stays open.
      event.preventDefault()
      event.stopPropagation()
      setText('')
    }
    props.onKeyDown?.(event)
  }
  return (
    <>
      <div class="search-field">
        <Icon name="search" />
        <input
          ref={fieldRef}
          type="search"
          class="field"
          aria-label={texts.find}
          placeholder={texts.find}
          value={text}
          maxLength={limits.searchMax}
          autocomplete="off"
          spellcheck={false}
          enterkeyhint="search"
          dir="auto"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {text && (
          <IconButton
            icon="close"
            name={texts.clear}
            // Tab skips this button, because Escape does the same.
            tabIndex={-1}
            onClick={() => {
              setText('')
              fieldRef.current?.focus()
            }}
          />
        )}
      </div>
      {text && <Later part="SearchState" {...search} />}
    </>
  )
}
