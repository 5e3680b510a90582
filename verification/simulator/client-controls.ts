import type { Control } from './controls.ts'
import { expiring } from './expire-timer.ts'
import type { Mistake } from './mistaken-client.ts'

const mistake = (
  name: string,
  by: Control['by'],
  file: string,
  changes: Mistake['changes'],
  rest: Partial<Control> = {},
): Control => ({
  name,
  by,
  ...rest,
  weakening: { ...rest.weakening, client: { file, changes } satisfies Mistake },
})

/** Plausible mistakes in the client library. */
export const clientControls: readonly Control[] = [
  mistake('the client gives a message up after one attempt', ['lost'], 'outbox/sender.ts', [
    ['if (retryable || transientCodes.test(code)) {', 'if (!code) {'],
  ]),
  mistake('the client sends a message again under another key', ['stored twice'], 'outbox/sender.ts', [
    [
      'message, client_message_id })).message',
      "message, client_message_id: client_message_id + (item.tried ? 'x' : '') })).message",
    ],
  ]),
  mistake(
    'the client takes a message out of the outbox before the acknowledgment',
    ['lost'],
    'outbox/outbox.ts',
    [
      [
        'if (acked || isDiscarded) {',
        'if (item.tried) void store.set(keyOf(item))\n    if (acked || isDiscarded) {',
      ],
    ],
    { workload: { reloads: 20, messages: 40 }, faults: { slow: 0.3 } },
  ),
  mistake(
    'the client stores nothing in its outbox',
    ['lost'],
    'outbox/outbox.ts',
    [['await store.set(key, item)', 'await null']],
    { workload: { reloads: 12 } },
  ),
  mistake(
    'the client sends the messages of a conversation at once',
    ['out of order'],
    'outbox/outbox.ts',
    [
      [
        'return canSend ? nextOf(itemsOf(conversationId)) : undefined',
        'return canSend ? nextOf([...itemsOf(conversationId)].reverse()) : undefined',
      ],
    ],
    { workload: { messages: 60 } },
  ),
  mistake('the client shows entries beyond a hole', ['unseen', 'out of order'], 'log/log.ts', [
    ['while (known.has(last + 1)) last++', 'last = Math.max(last, ...known.keys())'],
  ]),
  mistake(
    'the client lets an earlier version of a message replace a later one',
    ['changed'],
    'log/log.ts',
    [['upTo <= (known.get(seq)?.upTo ?? 0)', 'upTo <= 0']],
    { workload: { edits: 60, toggles: 10 }, faults: { slow: 0.3 } },
  ),
  mistake(
    'the client does not apply edits',
    ['changed'],
    'log/log.ts',
    [["if (entry.kind === 'message_updated') add(entry.message, upTo)", '']],
    { workload: { edits: 24 } },
  ),
  mistake(
    'the client does not notice a dead connection',
    ['unseen', 'stuck', 'lost'],
    'connection/upkeep.ts',
    [["if (code === 'timeout') onEnd(session, lost())", "if (code === 'timeout') void 0"]],
    { workload: { cuts: 6 } },
  ),
  mistake(
    'a tab that is closed keeps the lock, and no other tab steals it',
    ['stuck', 'unseen'],
    'tabs/leadership.ts',
    [
      ['clock.clearTimeout(timer)\n      release()', 'clock.clearTimeout(timer)'],
      ['else acquire(true)', 'else ask()'],
    ],
  ),
  mistake('the client does not sort its list of conversations', ['wrong list'], 'lists/list.ts', [
    ['[...held.values()].sort(newestFirst)', '[...held.values()]'],
  ]),
  mistake(
    'the client does not compare its list with the heads in pongs and joins',
    ['wrong list'],
    'lists/conversations.ts',
    [['readSoon(() => (find(id)?.last_seq ?? -1) < seq)', 'void id, seq']],
  ),
  mistake(
    'the client does not probe its connection after its machine has slept',
    ['stuck'],
    'tabs/connection-triggers.ts',
    [["return isReturn(event) || event === 'online'", "return event === 'online'"]],
    { workload: { naps: 6 } },
  ),
  mistake('the client does not renew its token', ['stuck'], 'connection/upkeep.ts', [
    ['let renewalAt = renewAt(now(), session.expiresAt)', 'let renewalAt = Number.POSITIVE_INFINITY'],
    ['renew: () => void renew()', 'renew: () => void 0'],
  ]),
  mistake('the client shows an entry once for each time that it arrives', ['out of order'], 'log/log.ts', [
    ['if (upTo < log.since || upTo <= (known.get(seq)?.upTo ?? 0)) return', 'if (upTo < log.since) return'],
    ['log.entries.slice(0, log.entries.findLastIndex((entry) => entry.seq < start) + 1)', '[...log.entries]'],
  ]),
  mistake(
    'the client does not join its conversations again after a reconnection',
    ['unseen'],
    'log/catch-up.ts',
    [['    reasons++\n    loop.stop()', '    loop.stop()']],
    { faults: { postLost: 0.6 }, workload: { drops: 12, messages: 24 } },
  ),
  mistake(
    'the client keeps the entries of another log after a reset',
    ['out of order', 'changed'],
    'log/catch-up.ts',
    [['isLost ? emptyLog(log.user)', 'isLost ? log']],
    { workload: { foreignLogs: 3 } },
  ),
  mistake(
    'the client keeps what has been removed from the server',
    ['expired', 'out of order'],
    'log/log.ts',
    [['if (start <= log.start) return log', 'if (start > 0) return log']],
    expiring,
  ),
]
