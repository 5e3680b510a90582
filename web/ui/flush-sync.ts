import { options } from 'preact'

/** Calls `change`, and renders what has changed before it returns. */
export function flushSync(change: () => void): void {
  const { debounceRendering } = options
  options.debounceRendering = (render) => render()
  change()
  if (debounceRendering) options.debounceRendering = debounceRendering
  else delete options.debounceRendering
}
