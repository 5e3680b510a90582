import { useRef } from 'preact/hooks'
import type { Row } from './rows.ts'
import type { Scroller } from './use-scroller.ts'

/** A row that was scrolled to is rendered within so many frames. */
const MAX_FRAMES = 30

/** Lets the arrow keys, Home and End move the focus between the messages. From there, Tab reaches what is in a message. */
export function useRowKeys(rows: readonly Row[], scroller: Scroller): (event: KeyboardEvent) => void {
  /** The key of the row that gets the focus as soon as it is rendered. */
  const wanted = useRef<string>(undefined)

  function focusWanted(frames: number): boolean {
    const elements = [...(scroller.element.current?.querySelectorAll<HTMLElement>('.row') ?? [])]
    const row = elements.find(({ dataset }) => dataset['key'] === wanted.current)
    row?.querySelector<HTMLElement>('[tabindex]')?.focus()
    if (!row && frames > 0) requestAnimationFrame(() => focusWanted(frames - 1))
    return row !== undefined
  }

  return (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const row = (event.target as Element).closest<HTMLElement>('.row')
    const at = rows.findIndex(({ key }) => key === row?.dataset['key'])
    // The first key after the list got the focus leads to what the user sees.
    const beside = (step: number) => (at < 0 ? scroller.lastVisible() : at + step)
    const last = rows.length - 1
    const next = { ArrowUp: beside(-1), ArrowDown: beside(1), Home: 0, End: last }[event.key]
    if (next === undefined || last < 0) return
    event.preventDefault()
    const index = Math.min(Math.max(next, 0), last)
    wanted.current = rows[index]?.key
    if (focusWanted(MAX_FRAMES)) return
    if (index === last) scroller.toEnd()
    else scroller.toRow(index, 'start')
  }
}
