import type { ComponentChildren, RefObject } from 'preact'
import { useLayoutEffect, useMemo, useReducer, useRef } from 'preact/hooks'
import {
  ACTION_ITEMS_LENGTH_CHANGE,
  UPDATE_SCROLL_END_EVENT,
  UPDATE_SIZE_EVENT,
  UPDATE_VIRTUAL_STATE,
} from 'virtua/unstable_core'
import { flushSync } from '../ui/flush-sync.ts'
import { useKeptFocus } from '../ui/use-kept-focus.ts'
import { createEngine, type ListEngine } from './list-engine.ts'
import type { Row } from './rows.ts'

/** Rows this far beyond the view are kept. */
const BUFFER_PX = 1500

/** A list in which only the rows near the view are elements. Its parent is the element that scrolls. */
export function VirtualList(props: {
  /** Set as long as the list is rendered. */
  readonly engineRef: RefObject<ListEngine | null>
  /** The parent. */
  readonly scrollerRef: RefObject<HTMLElement | null>
  readonly label: string
  readonly rows: readonly Row[]
  /** Whether rows were added before the others, which must stay where they are on the screen. */
  readonly isPrepended: boolean
  readonly children: (row: Row) => ComponentChildren
  readonly onResize: () => void
  readonly onScrollEnd: () => void
}) {
  const { engineRef, rows, isPrepended } = props
  const list = useRef<HTMLOListElement>(null)
  // A row with the focus is removed when the user scrolls away from it.
  useKeptFocus(props.scrollerRef)
  const latest = useRef(props)
  latest.current = props
  const [, renderAgain] = useReducer<number, void>((count) => count + 1, 0)
  const engine = useMemo(() => createEngine(rows.length), [])
  const { store, layout, driver } = engine
  engineRef.current = engine
  store.$update(ACTION_ITEMS_LENGTH_CHANGE, rows.length, isPrepended)

  useLayoutEffect(() => {
    store.$subscribe(UPDATE_VIRTUAL_STATE, (isSync) => (isSync ? flushSync(renderAgain) : renderAgain()))
    store.$subscribe(UPDATE_SCROLL_END_EVENT, () => latest.current.onScrollEnd())
    store.$subscribe(UPDATE_SIZE_EVENT, () => latest.current.onResize())
    if (list.current) driver.$observe(list.current)
    return () => {
      store.$dispose()
      driver.$dispose()
      engineRef.current = null
    }
  }, [])
  useLayoutEffect(driver.$effect, [store.$getStateVersion()])

  const [first, last] = store.$getRange(BUFFER_PX)
  return (
    <ol
      ref={list}
      class="messages-list"
      aria-label={props.label}
      style={{
        height: `${store.$getTotalSize()}px`,
        pointerEvents: store.$isScrolling() ? 'none' : undefined,
      }}
    >
      {rows.slice(first, last + 1).map((row, offset) => (
        <Item
          key={row.key}
          index={first + offset}
          top={store.$getItemOffset(first + offset)}
          isHidden={layout.$isSizeEqual(first + offset)}
          observe={driver.$observeItem}
        >
          {props.children(row)}
        </Item>
      ))}
    </ol>
  )
}

function Item(props: {
  readonly index: number
  readonly top: number
  /** Its size is not known yet. */
  readonly isHidden: boolean
  readonly observe: ListEngine['driver']['$observeItem']
  readonly children: ComponentChildren
}) {
  const { index, observe } = props
  const ref = useRef<HTMLLIElement>(null)
  useLayoutEffect(() => (ref.current ? observe(ref.current, index) : undefined), [index])
  return (
    <li ref={ref} style={{ top: `${props.top}px`, visibility: props.isHidden ? 'hidden' : undefined }}>
      {props.children}
    </li>
  )
}
