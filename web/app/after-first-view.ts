import type { Chat } from '../../client/index.ts'

/** The first view appears within this time after the chat has connected. */
const VIEW_MS = 500
/** The longest wait for the connection. */
const CONNECTING_MS = 2000

/**
 * Calls `run` late, so that it does not delay the first view: after the chat has connected or failed to, and the view
 * has had time to appear. Calls it at once if the first view is the sign-in, or has invitations.
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
