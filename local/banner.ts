import path from 'node:path'
import colors from 'picocolors'
import type { User } from '../lambdas/model.ts'
import { printable } from '../protocol/text.ts'
import type { Runtime } from './runtime.ts'

/** Lifetime of the printed token. */
const TOKEN_HOURS = 24
/** How many names a line shows. */
const MAX_NAMES = 6

/** The text that tells a developer how to use the chat that has just started. */
export function banner(
  runtime: Pick<Runtime, 'url' | 'socketUrl' | 'users' | 'removedIds' | 'databaseExposure' | 'token'>,
  dataDir: string,
): string {
  const admins = runtime.users.filter(({ role }) => role === 'admin')
  const others = runtime.users.filter(({ role }) => role !== 'admin')
  const rows = [
    ['Page', `${runtime.url}/`],
    ['WebSocket', runtime.socketUrl],
    ['REST', `${runtime.url}/api/…`],
    ['Health', `${runtime.url}/api/health`],
    ['Data', printable(path.relative(process.cwd(), dataDir) || '.')],
    ['Users', list(admins.map(({ id }) => id)) || 'none may chat: a user needs the role "admin"'],
  ]
  const lines = rows.map(([name = '', value]) => `  ${heading(name)} ${value}`)
  if (others.length > 0) lines.push(colors.yellow(`  ${describeOthers(others)}`))
  if (runtime.removedIds.length > 0) lines.push(colors.yellow(`  ${describeRemoved(runtime.removedIds)}`))
  if (runtime.databaseExposure) lines.push(colors.yellow(`  ${runtime.databaseExposure}`))
  const [first] = admins
  if (first) {
    lines.push(
      `  ${heading('Token')} for ${printable(first.id)}, valid for ${TOKEN_HOURS} hours (for others: npm run token -- USER_ID):`,
      runtime.token(first.id, TOKEN_HOURS),
    )
  }
  return ['', colors.green('admin-chat is ready. Press Ctrl-C to stop it.'), ...lines, ''].join('\n')
}

const heading = (name: string) => colors.bold(name.padEnd(10))

/** Names the users whose role has no effect, because a misspelled role looks like a broken chat. */
function describeOthers(others: readonly User[]): string {
  const names = list(others.map(({ id, role }) => `${id} (role ${JSON.stringify(role)})`))
  return `${names} may not chat, because only the role "admin" may.`
}

/** An id is not used again by accident: the new user would appear as the sender of the old user's messages. */
function describeRemoved(ids: readonly string[]): string {
  return `Not imported, because they were removed before: ${list(ids)} (npm run users -- import FILE --reuse adds them).`
}

function list(names: readonly string[]): string {
  const more = names.length - MAX_NAMES
  return names.slice(0, MAX_NAMES).map(printable).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
