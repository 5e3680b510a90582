import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { isTouch } from '../ui/is-touch.ts'

/** The places that the user may want next, the likeliest first. The first place that can have the focus gets it. */
function places(
  chat: HTMLElement,
  lastLink: HTMLElement | undefined,
): readonly (HTMLElement | null | undefined)[] {
  const find = (selector: string) => chat.querySelector<HTMLElement>(selector)
  return [
    // On a phone, the keyboard would cover the messages.
    isTouch() ? undefined : find('.composer-text'),
    find('.header h1'),
    find('.content .empty button:last-of-type'),
    lastLink,
    find('h1'),
  ]
}

/**
 * Gives the focus a new place when the element that has it is removed, or hidden with the list in a narrow chat.
 * Otherwise users of the keyboard would start again at the top of the page.
 */
export function useRefocus(): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => (ref.current ? refocus(ref.current) : undefined), [])
  return ref
}

function refocus(chat: HTMLElement): () => void {
  let focused: HTMLElement | undefined
  /** The link of the conversation that was opened or closed last. */
  let lastLink: HTMLElement | undefined
  const root = chat.getRootNode() as Document | ShadowRoot
  const { body } = chat.ownerDocument
  /** Whether the focus is still on the old place, or on nothing at all, including the page around an element. */
  const isLost = () => root.activeElement === focused || (chat.ownerDocument.activeElement ?? body) === body

  const observer = new MutationObserver((records) => {
    const changed = records.filter(({ type }) => type === 'attributes')
    for (const { attributeName, target } of changed)
      if (attributeName === 'aria-current') lastLink = target as HTMLElement
    if (!focused) return
    // The list is hidden only when a conversation is opened; checking more often would be slow.
    const isGone = !focused.isConnected || (changed.length > 0 && !focused.checkVisibility())
    if (!isGone || !isLost()) return
    for (const place of places(chat, lastLink)) {
      place?.focus()
      if (place && root.activeElement === place) return
    }
  })
  observer.observe(chat, { subtree: true, childList: true, attributeFilter: ['aria-current', 'data-view'] })

  const onFocus = ({ target }: Event) => {
    focused = target as HTMLElement
  }
  // With a press on something else, the user takes the focus away on purpose.
  const onPress = ({ target }: Event) => {
    if (!focused?.contains(target as Node)) focused = undefined
  }
  chat.addEventListener('focusin', onFocus)
  chat.addEventListener('pointerdown', onPress)
  return () => {
    observer.disconnect()
    chat.removeEventListener('focusin', onFocus)
    chat.removeEventListener('pointerdown', onPress)
  }
}
