import { useEffect } from 'preact/hooks'
import type { Scroller } from './use-scroller.ts'

/** What can have the focus in a row. */
const STOPS = '.bubble, .change'
/** A character, but not a space, which scrolls. */
const CHARACTER = /^\S$/u

/**
 * Lets the arrow keys, Home and End move the focus between the messages. Tab then reaches what is in the message. What the
 * user types there goes to the composer.
 */
export function MessageKeys({ scroller }: { readonly scroller: Scroller }) {
  useEffect(() => {
    const list = scroller.element.current
    if (!list) return
    const onKey = (event: KeyboardEvent) => onMessageKey(event, list, scroller)
    list.addEventListener('keydown', onKey)
    return () => list.removeEventListener('keydown', onKey)
  }, [])
  return null
}

function onMessageKey(event: KeyboardEvent, list: HTMLElement, { toEnd, stay }: Scroller): void {
  const { key } = event
  const target = event.target as Element
  if (event.altKey || event.ctrlKey || event.metaKey) return
  if (CHARACTER.test(key) && target.matches(`.messages, ${STOPS}`)) {
    // The browser then types the character there.
    list.closest('.content')?.querySelector<HTMLElement>('.composer-text')?.focus()
    return
  }
  const isHome = key === 'Home'
  const step = { ArrowUp: -1, ArrowDown: 1 }[key]
  if (!(isHome || key === 'End' || step) || event.shiftKey) return
  event.preventDefault()
  const stops = [...list.querySelectorAll<HTMLElement>(STOPS)]
  const focused = target.closest('.row')?.querySelector<HTMLElement>(STOPS)
  if (step) {
    const { bottom } = list.getBoundingClientRect()
    const next = focused
      ? stops[stops.indexOf(focused) + step]
      : stops.findLast((stop) => stop.getBoundingClientRect().bottom <= bottom)
    next?.focus()
    return
  }
  // The row with the focus may soon be too far away to be an element.
  list.focus({ preventScroll: true })
  if (isHome) {
    // Unlike `toRow`, this does not follow the first row when older ones are loaded before it.
    stay()
    list.scrollTop = 0
  } else toEnd()
  requestAnimationFrame(() => focusEdge(list, isHome))
}

/** Gives the focus to the first or the last row in view. After a frame, it is an element, but may not be measured yet. */
function focusEdge(list: HTMLElement, isFirst: boolean): void {
  // The user may have moved the focus meanwhile.
  if (!list.matches(':focus')) return
  const view = list.getBoundingClientRect()
  const stops = [...list.querySelectorAll<HTMLElement>(STOPS)].filter((stop) => {
    const { top, bottom } = stop.getBoundingClientRect()
    return bottom > view.top && top < view.bottom
  })
  const stop = stops.at(isFirst ? 0 : -1)
  stop?.focus()
  if (stop) requestAnimationFrame(() => focusEdge(list, isFirst))
}
