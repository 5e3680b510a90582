import type { Chat } from '../../client/index.ts'

/** The first view appears so soon after the chat has connected. */
const VIEW_MS = 500
/** A connection that takes longer is not waited for. */
const CONNECTING_MS = 2000

/**
 * Runs what can wait, so that it does not delay the first view: once the chat has connected or cannot, and the view has
 * had the time to appear. It runs at once if the first view is the sign-in, or has invitations.
 */
export function afterFirstView(
  { state, invitations }: Pick<Chat, 'state' | 'invitations'>,
  run: () => void,
): void {
  let timer = setTimeout(begin, CONNECTING_MS)
  let isConnecting = true
  function begin(): void {
    clearTimeout(timer)
    for (const stop of stops) stop()
    run()
  }
  function check(): void {
    const { phase } = state.getSnapshot()
    if (phase === 'signed-out' || invitations.getSnapshot().length > 0) begin()
    else if (isConnecting && phase !== 'connecting') {
      isConnecting = false
      clearTimeout(timer)
      timer = setTimeout(begin, VIEW_MS)
    }
  }
  const stops = [state.subscribe(check), invitations.subscribe(check)]
  check()
}
