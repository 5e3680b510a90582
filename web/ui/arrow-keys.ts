const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }

const STOPS = ':is(a, button, input):not([tabindex="-1"], :disabled)'

/** Lets the arrow keys move the focus up and down between the links, buttons and fields of an element. */
export function onArrowKeys(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const step = steps[event.key]
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>(STOPS)]
  const index = stops.indexOf(event.target as HTMLElement)
  const next = index < 0 ? undefined : stops[index + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}
