import type { Chat } from '../../client/index.ts'
import type { View } from './events.ts'

/** The state of the connection, for the user of the terminal. */
export interface ConnectionWatch {
  /** Resolves when the user has signed in for the first time. */
  readonly ready: Promise<void>
  /** Rejects when the chat has ended for good. */
  readonly failed: Promise<never>
  stop(): void
}

/** Whether messages can be sent and received, perhaps slowly. */
export function isConnected(chat: Chat): boolean {
  const { phase } = chat.state.getSnapshot()
  return phase === 'online' || phase === 'polling'
}

/** Shows one event when the user has signed in, one when an outage begins, and one when the outage ends. */
export function watchConnection(
  chat: Chat,
  { show, signedOut }: Pick<View, 'show' | 'signedOut'>,
  changed: () => void,
): ConnectionWatch {
  let isReady = () => {}
  let fail: (error: Error) => void = () => {}
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  // This promise may reject before it is awaited.
  failed.catch(() => undefined)
  let isSignedIn = false
  let lostAt: number | undefined
  let isAsking = false

  function connected(since: number): void {
    const user = chat.user.getSnapshot() ?? ''
    if (!isSignedIn) show({ type: 'signed_in', user })
    else if (lostAt !== undefined) show({ type: 'signed_in_again', user, outage_ms: since - lostAt })
    isSignedIn = true
    lostAt = undefined
    isReady()
  }

  async function ask(reason: string): Promise<void> {
    if (isAsking) return
    isAsking = true
    isSignedIn = false
    lostAt = undefined
    const isRenewed = await signedOut?.(reason)
    isAsking = false
    if (isRenewed) chat.reconnect()
    else fail(new Error(`Signed out: ${reason}.`))
  }

  function check(): void {
    const { phase, since, reason = 'no answer' } = chat.state.getSnapshot()
    if (isConnected(chat)) connected(since)
    else if (phase === 'signed-out') void ask(reason)
    else if (phase === 'replaced') fail(new Error(`Signed out: ${reason}.`))
    // The first attempts to connect are not worth a line.
    else if (lostAt === undefined && (isSignedIn || phase === 'offline')) {
      lostAt = since
      show({ type: 'connection_lost', reason })
    }
    changed()
  }

  const stop = chat.state.subscribe(check)
  check()
  return { ready, failed, stop }
}
