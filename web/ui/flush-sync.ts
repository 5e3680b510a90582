import { options } from 'preact'

/** Renders what the callback changes before it returns. */
export function flushSync(change: () => void): void {
  const { debounceRendering } = options
  options.debounceRendering = (render) => render()
  change()
  if (debounceRendering) options.debounceRendering = debounceRendering
  else delete options.debounceRendering
}
