import type { Core } from '../core.ts'

const RETRY_MS = 20_000

export interface Reader {
  /** Reads now, or once more after the read in progress. Never rejects. */
  now(): Promise<void>
  /** Settles when no read is in progress. */
  idle(): Promise<void>
  stop(): void
}

/**
 * Reads a list whenever frames may have been missed: after another session has begun that did not take the place of
 * an open one, and when polling begins.
 */
export function createReader(
  { clock, link }: Pick<Core, 'clock' | 'link'>,
  read: () => Promise<void>,
): Reader {
  let session = 0
  let wasPolling = false
  let running: Promise<void> | undefined
  let isWanted = false
  let isStopped = false
  let timer: unknown

  async function run(): Promise<void> {
    while (isWanted) {
      isWanted = false
      clock.clearTimeout(timer)
      try {
        await read()
      } catch {
        if (!isStopped) timer = clock.setTimeout(retry, RETRY_MS)
      }
    }
    running = undefined
  }

  function now(): Promise<void> {
    isWanted = true
    running ??= Promise.resolve().then(run)
    return running
  }

  function retry(): void {
    const { phase } = link.status.getSnapshot()
    if (phase === 'online' || phase === 'polling') void now()
  }

  function onStatus(): void {
    const status = link.status.getSnapshot()
    const isPolling = status.phase === 'polling'
    const isNext = status.phase === 'online' && status.session !== session
    const hasMissed = isNext && !(status.rotated && status.session === session + 1)
    if (isNext) session = status.session
    if (hasMissed || (isPolling && !wasPolling)) void now()
    wasPolling = isPolling
  }

  const unsubscribe = link.status.subscribe(onStatus)
  onStatus()
  return {
    now,
    idle: async () => await running,
    stop() {
      unsubscribe()
      isStopped = true
      isWanted = false
      clock.clearTimeout(timer)
    },
  }
}
