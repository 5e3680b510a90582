import type { Row } from '../../../lambdas/stores/table.ts'
import type { Target } from '../../target.ts'
import { writeAll } from '../batch-write.ts'
import type { Line, LineOf } from '../format/line-types.ts'
import { isInConversation, parseLine } from '../format/lines.ts'
import { readLines } from '../format/read-lines.ts'
import {
  type LogNotes,
  rowOfConversation,
  rowOfEntry,
  rowOfLeft,
  rowOfPair,
  rowOfRemovedUser,
  rowOfRequest,
  rowOfSend,
  rowsOfInvitation,
  rowsOfParticipant,
  rowsOfUser,
} from '../format/to-rows.ts'
import { rowsOfUsers } from './target-state.ts'

/** Rows that are written at a time. */
const WAVE_ROWS = 400

type Tables = Pick<Target, 'db' | 'tables'>

/**
 * Writes the rows of a checked file. Can be repeated, because every row has a fixed key. A conversation becomes visible
 * once its log is complete, and users exist once everything else does, so that no user writes to an incomplete log.
 *
 * @param onProgress called with the number of lines so far
 */
export async function load(file: string, target: Tables, onProgress: (lines: number) => void): Promise<void> {
  const rows = pendingRows()
  let lines = 0
  for await (const { text } of readLines(file)) {
    rows.add(parseLine(text))
    if (rows.count() >= WAVE_ROWS) await writeWave(target, rows.take())
    onProgress(++lines)
  }
  await writeWave(target, rows.take())
  await replaceUsers(target, rows.users)
}

interface Wave {
  /** Rows of logs. */
  readonly logs: readonly Row[]
  /** Rows that make conversations visible. The logs of these conversations are in this wave or in an earlier one. */
  readonly visible: readonly Row[]
  readonly invitations: readonly Row[]
}

async function writeWave(target: Tables, { logs, visible, invitations }: Wave): Promise<void> {
  const { tables } = target
  const puts = (table: string, rows: readonly Row[]) => rows.map((put) => ({ table, put }))
  await writeAll(target, [...puts(tables.conversations, logs), ...puts(tables.invitations, invitations)])
  await writeAll(target, puts(tables.conversations, visible))
}

/** Collects the rows of lines that are added in the order of the file. */
function pendingRows() {
  const users: Row[] = []
  let [logs, visible, invitations]: [Row[], Row[], Row[]] = [[], [], []]
  /** The rows that make the current conversation visible. */
  let held: Row[] = []
  let conversation: LineOf<'conversation'> | undefined
  let notes: LogNotes = { deletedSeq: 0 }
  return {
    users,
    count: () => logs.length + visible.length + invitations.length,

    take(): Wave {
      const wave = { logs, visible, invitations }
      ;[logs, visible, invitations] = [[], [], []]
      return wave
    },

    add(line: Line): void {
      if (line.type === 'conversation' || !isInConversation(line)) {
        visible.push(...held)
        held = []
      }
      switch (line.type) {
        case 'user':
          return void users.push(...rowsOfUser(line))
        case 'removed_user':
          return void users.push(rowOfRemovedUser(line))
        case 'conversation':
          conversation = line
          notes = { deletedSeq: 0 }
          return void held.push(rowOfConversation(line))
        case 'participant':
          return void held.push(...rowsOfParticipant(line, conversation?.updated_at ?? line.since ?? ''))
        case 'left':
          return void held.push(rowOfLeft(line))
        case 'entry': {
          const entry = rowOfEntry(line, notes)
          notes = entry.notes
          return void logs.push(entry.row)
        }
        case 'send':
          return void logs.push(rowOfSend(line))
        case 'invitation':
          return void invitations.push(...rowsOfInvitation(line))
        case 'pair':
          return void invitations.push(rowOfPair(line))
        case 'group_request':
          return void invitations.push(rowOfRequest(line))
        case 'export':
        case 'end':
          return
      }
    },
  }
}

/** Writes the rows of all users, and removes those of others: the demo users of a laptop. */
async function replaceUsers(target: Tables, rows: readonly Row[]): Promise<void> {
  const table = target.tables.users
  const keyOf = ({ pk, sk }: Row) => `${pk} ${sk}`
  const kept = new Set(rows.map(keyOf))
  const others = (await rowsOfUsers(target)).filter((row) => !kept.has(keyOf(row)))
  await writeAll(target, [
    ...others.map(({ pk, sk }) => ({ table, remove: { pk, sk } })),
    ...rows.map((put) => ({ table, put })),
  ])
}
