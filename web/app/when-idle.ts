/** Runs what can wait: once the page is loaded and the browser has nothing else to do. */
export function whenIdle(run: () => void): void {
  // Safari does not tell when it has nothing else to do.
  const wait = () => ('requestIdleCallback' in globalThis ? requestIdleCallback(run) : setTimeout(run))
  if (document.readyState === 'complete') wait()
  else addEventListener('load', wait, { once: true })
}
