import type { Core } from '../core.ts'
import type { Conversation } from '../wire.ts'

/** Other pushes that explain the same change may still arrive. The random part spreads the clients of a large group. */
const DELAY_MS = 250
const SPREAD_MS = 750

/** Reads the list again when pushes alone do not tell what has become of a conversation. */
export function createVerifier(
  { clock, random }: Pick<Core, 'clock' | 'random'>,
  find: (id: string) => Conversation | undefined,
  read: () => void,
) {
  /** The `seq` that each conversation is known to have reached. */
  const reached = new Map<string, number>()
  let timer: unknown
  const isBehind = (id: string, seq: number) => (find(id)?.last_seq ?? -1) < seq

  function check(): void {
    timer = undefined
    const mustRead = [...reached].some(([id, seq]) => isBehind(id, seq))
    reached.clear()
    if (mustRead) read()
  }

  return {
    /** Reads again soon, in any case or unless the conversation has reached this `seq` by then. */
    verify(id: string, seq = Number.POSITIVE_INFINITY): void {
      if (!isBehind(id, seq)) return
      reached.set(id, Math.max(seq, reached.get(id) ?? 0))
      timer ??= clock.setTimeout(check, DELAY_MS + random() * SPREAD_MS)
    },
    stop: () => clock.clearTimeout(timer),
  }
}
