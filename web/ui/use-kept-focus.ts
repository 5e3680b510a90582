import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/**
 * Keeps the focus inside an element whose parts are moved and removed. A part that is moved loses the focus and gets it
 * back here. When the part with the focus is removed, the bubble of its message gets the focus, or else the element
 * itself, which therefore needs a `tabIndex`.
 */
export function useKeptFocus<T extends HTMLElement>(
  ref: RefObject<T | null> = useRef<T>(null),
): RefObject<T | null> {
  const focused = useRef<HTMLElement>(undefined)
  focused.current = focusIn(ref.current)
  const bubble = focused.current?.closest('.message')?.querySelector<HTMLElement>('.bubble')
  useLayoutEffect(() => {
    const before = focused.current
    if (!before || !ref.current || !isFocusLost(ref.current)) return
    const target = [before, bubble, ref.current].find((it) => it?.isConnected)
    target?.focus({ preventScroll: true })
  })
  return ref
}

/** In a shadow root, the document only knows the root's host as the element with the focus. */
const activeBeside = (element: HTMLElement) =>
  (element.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement | null

function focusIn(element: HTMLElement | null): HTMLElement | undefined {
  const active = element && activeBeside(element)
  return active && element.contains(active) ? active : undefined
}

function isFocusLost(element: HTMLElement): boolean {
  const active = activeBeside(element)
  return !active || active.localName === 'body'
}
