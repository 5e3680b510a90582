import type { LogEntry, Message } from '../../../client/wire.ts'
import type { Random } from '../../../verification/model/random.ts'

export const ME = 'ada'
export const OTHER = 'grace'

interface Version {
  /** The `seq` of the entry that made this version. */
  readonly madeBy: number
  readonly content: string
  readonly edited_at?: string
  readonly deleted_at?: string
}

/** The log as the server has it, with every version of every message. */
export interface ServerLog {
  length(): number
  /** Adds an entry: what the random numbers choose, or a change of this message. */
  commit(target?: number): void
  /** An entry as the server shows it when the log has this length. */
  show(seq: number, length?: number): LogEntry
  page(after: number, limit: number): readonly LogEntry[]
  /** The position of a version among those of its message. */
  versionOf(message: Message): number
  /** The position of the latest version when the log has this length. */
  latestVersion(seq: number, length?: number): number
  isListed(seq: number): boolean
  /** The user's messages that can be changed. */
  changeable(): readonly number[]
  readonly cursors: { [ME]: number; [OTHER]: number }
}

const KINDS = ['message', 'message', 'message', 'change', 'change', 'participant_joined', 'unknown'] as const

/** A log that grows at random. Of two changes in a row, the second one sometimes has the earlier time. */
export function createServerLog(random: Random, { timesGoBack }: { timesGoBack: boolean }): ServerLog {
  const kinds: string[] = []
  const senders: string[] = []
  const targets = new Map<number, number>()
  const versions = new Map<number, Version[]>()
  const cursors = { [ME]: 0, [OTHER]: 0 }
  const pick = <T>(items: readonly T[]) => items[random.below(items.length)] as T
  const time = (seq: number) => new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString()
  const isDeleted = (seq: number) => versions.get(seq)?.at(-1)?.deleted_at !== undefined
  const changeable = (sender: string) =>
    [...versions.keys()].filter((seq) => senders[seq - 1] === sender && !isDeleted(seq))

  function commit(target?: number): void {
    const seq = kinds.length + 1
    const sender = target === undefined ? pick([ME, OTHER]) : ME
    let kind: string = target === undefined ? pick(KINDS) : 'change'
    const at = target ?? pick(changeable(sender))
    if (kind === 'change' && at === undefined) kind = 'message'
    kinds.push(kind)
    senders.push(sender)
    if (kind === 'message') versions.set(seq, [{ madeBy: seq, content: `${seq}` }])
    if (kind !== 'change' || at === undefined) return
    targets.set(seq, at)
    const before = versions.get(at) ?? []
    const isConcurrent = targets.get(seq - 1) === at && timesGoBack && random.chance(0.5)
    const stamp = time(isConcurrent ? seq - 2 : seq)
    const isDeletion = random.chance(0.2)
    before.push({
      madeBy: seq,
      content: isDeletion ? '' : `${at} by ${seq}`,
      ...(isDeletion ? { deleted_at: stamp } : { edited_at: stamp }),
    })
  }

  function show(seq: number, length = kinds.length): LogEntry {
    const sender = senders[seq - 1] ?? ''
    const base = { id: `${seq}-x`, conversation_id: 'c', seq, sender_id: sender, created_at: time(seq) }
    const kind = kinds[seq - 1]
    if (kind === 'change') {
      const target = targets.get(seq) ?? 0
      return {
        ...base,
        kind: 'message_updated',
        target_seq: target,
        message: show(target, length) as Message,
      }
    }
    if (kind !== 'message') return { ...base, kind } as unknown as LogEntry
    const all = versions.get(seq) ?? []
    const { madeBy: _, ...version } = all.findLast(({ madeBy }) => madeBy <= length) as Version
    const reader = sender === ME ? OTHER : ME
    return { ...base, kind, ...version, is_read: cursors[reader] >= seq }
  }

  return {
    length: () => kinds.length,
    commit,
    show,
    page: (after, limit) =>
      kinds
        .map((_, index) => index + 1)
        .filter((seq) => seq > after)
        .slice(0, limit)
        .map((seq) => show(seq)),
    versionOf: ({ seq, edited_at, deleted_at, content }) =>
      versions
        .get(seq)
        ?.findIndex(
          (version) =>
            version.edited_at === edited_at &&
            version.deleted_at === deleted_at &&
            version.content === content,
        ) ?? -1,
    latestVersion: (seq, length = kinds.length) =>
      versions.get(seq)?.findLastIndex(({ madeBy }) => madeBy <= length) ?? -1,
    isListed: (seq) => ['message', 'participant_joined'].includes(kinds[seq - 1] ?? ''),
    changeable: () => changeable(ME),
    cursors,
  }
}
