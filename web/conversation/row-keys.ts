import type { Scroller } from './use-scroller.ts'

/** What can have the focus in a row. */
const STOPS = '.bubble, .change'
/** After this time, rows that were scrolled to are rendered. */
const RENDERED_MS = 100

/** Lets the arrow keys, Home and End move the focus between the messages. Tab then reaches what is in the message. */
export function onRowKeys(
  event: KeyboardEvent & { readonly currentTarget: HTMLElement },
  { toEnd, toRow }: Scroller,
): void {
  const { key, currentTarget: list, target } = event
  const isEdge = key === 'Home' || key === 'End'
  const step = { ArrowUp: -1, ArrowDown: 1 }[key]
  if (!(isEdge || step) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  const stops = () => [...list.querySelectorAll<HTMLElement>(STOPS)]
  const focused = (target as Element).closest('.row')?.querySelector<HTMLElement>(STOPS)
  if (step) {
    const { bottom } = list.getBoundingClientRect()
    const next = focused
      ? stops()[stops().indexOf(focused) + step]
      : stops().findLast((stop) => stop.getBoundingClientRect().bottom <= bottom)
    next?.focus()
    return
  }
  if (key === 'End') toEnd()
  else toRow(0, 'start')
  setTimeout(
    () =>
      stops()
        .at(key === 'End' ? -1 : 0)
        ?.focus(),
    RENDERED_MS,
  )
}
