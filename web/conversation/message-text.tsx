import { useState } from 'preact/hooks'
import type { Message, Pending } from '../../client/index.ts'
import { useTexts } from '../app/context.ts'
import { isLong } from './is-long.ts'
import { piecesOf } from './links.ts'

/** The long messages that the user has unfolded, also after they were scrolled out of view. */
const unfolded = new WeakSet<Message | Pending>()

/** What a user wrote, with links, and folded if it is long. It is never interpreted as HTML. */
export function MessageText(props: {
  readonly item: Message | Pending
  /** For the links and the button in the text. */
  readonly tabIndex: number
  /** Called when the user unfolds the text to read it: the view must then not follow the end. */
  readonly onUnfold: () => void
}) {
  const texts = useTexts()
  const { item, tabIndex, onUnfold } = props
  const [, renderAgain] = useState({})
  const isOpen = unfolded.has(item)
  const canFold = isLong(item.content, 'narrow')
  const onlyNarrow = !isLong(item.content)

  function toggle({ currentTarget: button }: { readonly currentTarget: HTMLElement }): void {
    if (unfolded.delete(item)) setTimeout(() => button.scrollIntoView({ block: 'nearest' }))
    else {
      onUnfold()
      unfolded.add(item)
    }
    renderAgain({})
  }
  return (
    <>
      <span class={canFold && !isOpen ? 'folded' : undefined} data-only-narrow={onlyNarrow}>
        {piecesOf(item.content).map((piece, index) =>
          piece.href ? (
            <a
              key={index}
              class="link"
              href={piece.href}
              target="_blank"
              rel="noopener noreferrer"
              tabIndex={tabIndex}
            >
              {piece.text}
            </a>
          ) : (
            piece.text
          ),
        )}
      </span>
      {canFold && (
        <button
          type="button"
          class="fold"
          data-only-narrow={onlyNarrow}
          aria-expanded={isOpen}
          tabIndex={tabIndex}
          onClick={toggle}
        >
          {isOpen ? texts.showLess : texts.showMore}
        </button>
      )}
    </>
  )
}
