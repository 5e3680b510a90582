import { openRows, pairKey } from '../../../lambdas/stores/invitation-rows.ts'
import type { Row } from '../../../lambdas/stores/table.ts'
import type { Line, LineOf } from './line-types.ts'

export type References = ReturnType<typeof fileReferences>

/** What a line of an export can name apart from users and its own conversation. */
export type NamingLine = LineOf<'invitation'> | LineOf<'pair'> | LineOf<'group_request'>

/**
 * Checks the references between the lines of a file. Each conversation that a line names must be in the file, and no
 * two lines may claim the same place: two users have at most one open invitation or one conversation, and so do a user
 * and a group. The memory that this takes grows with the number of conversations and invitations.
 */
export function fileReferences() {
  const groups = new Set<string>()
  /** The participants of each conversation of two. */
  const pairs = new Map<string, string[]>()
  const claimed = new Set<string>()
  return {
    /**
     * Notes the conversations that later lines can name. A conversation that is added again starts without
     * participants.
     */
    add(line: Line): void {
      if (line.type === 'conversation') {
        if (line.group) groups.add(line.id)
        else pairs.set(line.id, [])
      }
      if (line.type === 'participant') pairs.get(line.conversation)?.push(line.user)
    },

    /** What is wrong with a line that names conversations, or undefined. A correct line claims its place. */
    problemOf(line: NamingLine): string | undefined {
      switch (line.type) {
        case 'invitation':
          return problemOfInvitation(line)
        case 'pair':
          return problemOfPair(line)
        case 'group_request':
          return groups.has(line.group) ? undefined : `names the group ${line.group}, which is missing`
      }
    },

    /** A line for each conversation of two that has both its participants. */
    pairs: (): readonly LineOf<'pair'>[] =>
      [...pairs].flatMap(([conversation, users]) => {
        const [a, b] = users.toSorted()
        return a === undefined || b === undefined ? [] : [{ type: 'pair', users: [a, b], conversation }]
      }),
  }

  function problemOfInvitation(line: LineOf<'invitation'>): string | undefined {
    const { type: _, message: _text, ...row } = line
    const { group, conversation, status } = row
    if (group && !groups.has(group.id)) return `names the group ${group.id}, which is missing`
    if (conversation !== undefined && !groups.has(conversation) && !pairs.has(conversation)) {
      return `names the conversation ${conversation}, which is missing`
    }
    if (status !== 'pending') return undefined
    return claim(openRows(row).bond) ? undefined : 'is the second open invitation of the same users'
  }

  function problemOfPair({ users: [a, b], conversation }: LineOf<'pair'>): string | undefined {
    const participants = pairs.get(conversation)
    if (!participants) return `names the conversation ${conversation}, which is missing`
    if (a === b || !participants.includes(a) || !participants.includes(b)) {
      return `names users who are not the participants of the conversation ${conversation}`
    }
    return claim(pairKey(a, b))
      ? undefined
      : 'links two users who have an open invitation or another conversation'
  }

  /** False if another line has claimed the row. */
  function claim({ pk, sk }: Row): boolean {
    const key = `${pk} ${sk}`
    const isFree = !claimed.has(key)
    claimed.add(key)
    return isFree
  }
}
