import type { Core } from '../core.ts'
import type { Conversation } from '../wire.ts'

/** Other pushes that explain the same change may still arrive. The random part spreads the clients of a large group. */
const DELAY_MS = 250
const SPREAD_MS = 750

export interface Verifier {
  /** Reads again soon, unless other pushes say by then what the conversation is up to this `seq`. */
  verify(id: string, seq: number): void
  /** The server has sent this view of the conversation. */
  settle(conversation: Conversation): void
  stop(): void
}

/** Reads the list again when pushes alone do not tell what has become of a conversation. */
export function createVerifier(
  { clock, random }: Pick<Core, 'clock' | 'random'>,
  find: (id: string) => Conversation | undefined,
  read: () => void,
): Verifier {
  /** The `seq` to reach. What pushes said about a conversation that was not held is lost. */
  const unclear = new Map<string, { readonly seq: number; readonly isHeld: boolean }>()
  let timer: unknown

  function check(): void {
    timer = undefined
    const mustRead = [...unclear].some(([id, { seq, isHeld }]) => !isHeld || (find(id)?.last_seq ?? 0) < seq)
    unclear.clear()
    if (mustRead) read()
  }

  return {
    verify(id, seq) {
      const held = find(id)
      if (held && held.last_seq >= seq) return
      const before = unclear.get(id) ?? { seq, isHeld: true }
      unclear.set(id, { seq: Math.max(seq, before.seq), isHeld: before.isHeld && held !== undefined })
      timer ??= clock.setTimeout(check, DELAY_MS + random() * SPREAD_MS)
    },
    settle({ id, last_seq }) {
      const { seq } = unclear.get(id) ?? {}
      if (seq !== undefined && last_seq >= seq) unclear.delete(id)
    },
    stop: () => clock.clearTimeout(timer),
  }
}
