import type { Chat } from '../../client/index.ts'

/** The first view appears so soon after the chat has connected. */
const VIEW_MS = 500
/** A connection that takes longer is not waited for. */
const CONNECTING_MS = 2000

/**
 * Runs what can wait, so that it does not delay the first view: once the chat has connected or cannot, and the view has
 * had the time to appear.
 */
export function afterFirstView({ state }: Pick<Chat, 'state'>, run: () => void): void {
  const latest = setTimeout(() => {
    stop()
    run()
  }, CONNECTING_MS)
  function check(): void {
    const { phase } = state.getSnapshot()
    if (phase === 'connecting') return
    stop()
    clearTimeout(latest)
    // The first view is then one of the parts.
    if (phase === 'signed-out') run()
    else setTimeout(run, VIEW_MS)
  }
  const stop = state.subscribe(check)
  check()
}
