import type { RefObject } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ListEngine } from './list-engine.ts'
import type { Row } from './rows.ts'

/** A view this close to the end counts as being at the end. */
const END_PX = 40
/** When the view is this close to the start, older entries are loaded. */
const START_PX = 1000

/** After this time, scrolling to a row has ended, even if the size of the row was not known. */
const SETTLED_MS = 250

export interface Scroller {
  readonly element: RefObject<HTMLDivElement | null>
  readonly engine: RefObject<ListEngine | null>
  /** Whether the view shows the newest row, and follows it. */
  readonly isAtEnd: boolean
  /** The same as `isAtEnd`, but up to date between two renderings as well. */
  follows(): boolean
  isNearStart(): boolean
  /** The index of the last row that is wholly visible. */
  lastVisible(): number
  toRow(index: number, align: 'start' | 'center'): void
  toEnd(): void
  /** From now on, does not follow the end when the content grows. */
  stay(): void
  /** To be called when the view has been scrolled. */
  onScroll(): void
  /** To be called when the size of the view or of a row has changed. */
  onResize(): void
}

/** Keeps the end in view while the user is there, whatever grows: the list, the last message, the composer. */
export function useScroller(rows: readonly Row[]): Scroller {
  const element = useRef<HTMLDivElement>(null)
  const engine = useRef<ListEngine>(null)
  const [isAtEnd, setAtEnd] = useState(true)

  const controls = useMemo(() => {
    let follows = true
    let lastTop = 0

    function follow(next: boolean): void {
      follows = next
      setAtEnd(next)
    }
    function pin(): void {
      const view = element.current
      if (view && follows) view.scrollTop = view.scrollHeight
    }
    function look(): void {
      const view = element.current
      if (!view) return
      const { scrollTop, scrollHeight, clientHeight } = view
      const isEnd = scrollHeight - scrollTop - clientHeight <= END_PX
      // Growing contents move the end away from the view. Only the user moves the view away from the end.
      follow(isEnd || (follows && scrollTop >= lastTop))
      lastTop = scrollTop
    }
    return {
      follows: () => follows,
      isNearStart: () => (element.current?.scrollTop ?? 0) < START_PX,
      lastVisible() {
        const { store, layout } = engine.current ?? {}
        if (!store || !layout) return -1
        return layout.$findIndex(store.$getScrollOffset() + store.$getViewportSize()) - 1
      },
      pin,
      stay: () => follow(false),
      onScroll: look,
      onResize() {
        pin()
        look()
      },
      toRow(index: number, align: 'start' | 'center') {
        if (align === 'center' && isVisible(engine.current, index)) return
        follow(false)
        const scroll = () => {
          if (!engine.current) return
          const { driver, layout, store } = engine.current
          // Of a row that is taller than the view, the user reads the beginning first.
          const isTall = layout.$getItemSize(index) > store.$getViewportSize()
          driver.$scroll(index, { align: isTall ? 'start' : align })
        }
        scroll()
        setTimeout(() => {
          // Rows that were measured meanwhile may have moved this row.
          if (!isVisible(engine.current, index)) scroll()
          // The row may be so close to the end that the view does not move.
          look()
        }, SETTLED_MS)
      },
      toEnd() {
        follow(true)
        // This also ends an earlier scrolling that is not finished.
        engine.current?.driver.$scroll(undefined, { offset: Number.MAX_SAFE_INTEGER })
        pin()
      },
    }
  }, [])
  useLayoutEffect(controls.pin, [rows])
  return { element, engine, isAtEnd, ...controls }
}

function isVisible(engine: ListEngine | null, index: number): boolean {
  if (!engine) return false
  const { store, layout } = engine
  const start = store.$getItemOffset(index) - store.$getScrollOffset()
  return start >= 0 && start + layout.$getItemSize(index) <= store.$getViewportSize()
}
