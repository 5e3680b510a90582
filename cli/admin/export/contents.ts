import { TargetError } from '../../target.ts'
import type { Line } from '../format/line-types.ts'
import { fileReferences, type NamingLine } from '../format/references.ts'
import type { ChatTables } from '../format/tables.ts'

export type Contents = ReturnType<typeof exportContents>

/**
 * Keeps an export consistent while the chat is in use. The invitations are read before the logs. If an interrupted
 * export continues, they are even read long after some of the logs. So the invitations are checked against the file.
 */
export function exportContents() {
  const references = fileReferences()
  const users = new Set<string>()
  const named = new Set<string>()
  return {
    /** Notes a line of the file. */
    add(line: Line): void {
      references.add(line)
      if (line.type === 'user' || line.type === 'removed_user') users.add(line.id)
      else for (const user of usersIn(line)) named.add(user)
    },

    /**
     * The lines that fit the file: a conversation in the file takes precedence over an invitation, and a later
     * invitation over an earlier one. Two users are linked if the file has their conversation, even if the conversation
     * has ended since it was read.
     */
    fitting(lines: readonly NamingLine[]): readonly NamingLine[] {
      const newestFirst = lines.toSorted((a, b) => (timeOf(a) > timeOf(b) ? -1 : 1))
      const [pairs, others] = [newestFirst.filter(isPair), newestFirst.filter((line) => !isPair(line))]
      return [...pairs, ...others, ...references.pairs()].filter(
        (line) => references.problemOf(line) === undefined,
      )
    },

    /** The users whom lines name although the file does not have them. */
    missingUsers: (): ReadonlySet<string> => new Set([...named].filter((user) => !users.has(user))),
  }
}

const isPair = ({ type }: NamingLine) => type === 'pair'
const timeOf = (line: NamingLine) => (line.type === 'invitation' ? `${line.created_at} ${line.id}` : '')

function usersIn(line: Line): readonly string[] {
  switch (line.type) {
    case 'conversation':
      return [...(line.former ?? []), ...(line.group ? [line.group.creator] : [])]
    case 'participant':
    case 'left':
    case 'group_request':
      return [line.user]
    case 'entry':
      return [line.sender]
    case 'invitation':
      return [line.from, line.to]
    case 'pair':
      return line.users
    default:
      return []
  }
}

/** The conversations that existed before the invitations were read, and those that have begun in the meantime. */
export function conversationsOf(
  known: readonly string[],
  invitations: readonly NamingLine[],
): readonly string[] {
  const named = invitations.flatMap((line) => {
    if (line.type === 'invitation') return [line.conversation, line.group?.id]
    return [line.type === 'pair' ? line.conversation : line.group]
  })
  return [...new Set([...known, ...named.filter((id) => id !== undefined)])].toSorted()
}

/**
 * Throws if the file refers to a user that it lacks. A profile that was deleted by hand leaves no trace and is no
 * error.
 */
export async function requireUsers(tables: Pick<ChatTables, 'users'>, contents: Contents): Promise<void> {
  const missing = contents.missingUsers()
  if (missing.size === 0) return
  const late = (await tables.users()).find(({ id }) => missing.has(id))
  if (late) throw new LateUserError(late.id)
}

/** The file cannot be completed, because it names a user who was imported after the users were read. */
export class LateUserError extends TargetError {
  constructor(id: string) {
    super(`A user was imported while the export was running: ${id}. Repeat the command; it begins again.`)
  }
}
