import type { ConversationLines } from '../format/conversation-reader.ts'
import { type Line, type Scope, VERSION } from '../format/line-types.ts'
import { placeOf, placeOfConversation } from '../format/lines.ts'
import type { ChatTables } from '../format/tables.ts'
import { type Contents, conversationsOf, requireUsers } from './contents.ts'

/** Whether a line belongs to an export. */
type Includes = (line: Line) => boolean

/** How far an export has come. */
export interface Begun {
  /** The place of the last line that has been written; empty at the beginning. */
  readonly after: string
  /** What the file has so far. */
  readonly contents: Contents
}

/**
 * The lines of an export, sorted by their places. Invitations are read before the users and the conversations that they
 * name. So only the lines of a conversation, which are read last, may name a user who was imported during the export.
 *
 * @param onConversation called with the share of the conversations that are done
 */
export async function* linesOf(
  tables: ChatTables,
  scope: Scope,
  { after, contents }: Begun,
  onConversation: (share: number) => void,
): AsyncGenerator<Line, void> {
  const includes = await filterOf(tables, scope)
  const known = scope === 'all' || 'user' in scope ? await tables.conversationIds() : []
  const invitations = await tables.invitations()
  const isWanted = (line: Line) => placeOf(line) > after && includes(line)
  yield* [{ type: 'export', version: VERSION, scope } as const].filter(isWanted)
  yield* noted(sorted((await tables.users()).filter(isWanted)), contents)
  const ids = scope === 'all' || 'user' in scope ? conversationsOf(known, invitations) : [scope.conversation]
  for (const [index, id] of ids.entries()) {
    onConversation(index / ids.length)
    if (placeOfConversation(id) > after) yield* noted(conversationLines(tables, id, includes), contents)
  }
  onConversation(1)
  const kept = scope === 'all' ? contents.fitting(invitations) : invitations.filter(includes)
  yield* noted(sorted(kept), contents)
  if (scope === 'all') await requireUsers(tables, contents)
}

async function* noted(
  lines: Iterable<Line> | AsyncIterable<Line>,
  contents: Contents,
): AsyncGenerator<Line, void> {
  for await (const line of lines) {
    contents.add(line)
    yield line
  }
}

const sorted = <L extends Line>(lines: readonly L[]): readonly L[] =>
  lines
    .map((line) => ({ line, place: placeOf(line) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ line }) => line)

/**
 * The line of a conversation, and then those of its lines that an export includes. Yields nothing if the export
 * includes none of them.
 */
async function* conversationLines(
  tables: ChatTables,
  id: string,
  includes: Includes,
): AsyncGenerator<Line, void> {
  const found = await tables.conversation(id)
  if (!found) return
  let isBegun = false
  for await (const line of linesIn(tables, found)) {
    if (!includes(line)) continue
    if (!isBegun) yield found.conversation
    isBegun = true
    if (line !== found.conversation) yield line
  }
}

async function* linesIn(
  tables: ChatTables,
  { conversation, participants, left }: ConversationLines,
): AsyncGenerator<Line, void> {
  yield conversation
  yield* participants
  yield* left
  yield* tables.entries(conversation)
  yield* tables.sends(conversation)
}

async function filterOf(tables: ChatTables, scope: Scope): Promise<Includes> {
  if (scope === 'all') return () => true
  if ('user' in scope) return (line) => isAboutUser(scope.user, line)
  const found = await tables.conversation(scope.conversation)
  const current = [...(found?.participants ?? []), ...(found?.left ?? [])].map(({ user }) => user)
  const people = new Set([...current, ...(found?.conversation.former ?? [])])
  return (line) => isAboutConversation(scope.conversation, people, line)
}

/**
 * Whether a line is about one person: the profile, memberships, own messages, and invitations sent or received.
 * Excludes keys, and messages of others.
 */
function isAboutUser(user: string, line: Line): boolean {
  switch (line.type) {
    case 'export':
      return true
    case 'user':
    case 'removed_user':
      return line.id === user
    case 'participant':
    case 'left':
      return line.user === user
    case 'entry':
      return line.sender === user
    case 'invitation':
      return line.from === user || line.to === user
    case 'pair':
      return line.users.includes(user)
    default:
      return false
  }
}

function isAboutConversation(conversation: string, people: ReadonlySet<string>, line: Line): boolean {
  switch (line.type) {
    case 'export':
      return true
    case 'user':
    case 'removed_user':
      return people.has(line.id)
    case 'conversation':
      return line.id === conversation
    case 'invitation':
      return line.conversation === conversation || line.group?.id === conversation
    case 'participant':
    case 'left':
    case 'entry':
    case 'send':
    case 'pair':
      return line.conversation === conversation
    default:
      return false
  }
}
