import path from 'node:path'
import colours from 'picocolors'
import type { Runtime } from './runtime.ts'
import type { Settings } from './settings.ts'
import { signToken } from './tokens.ts'

/** Hours for which the demo token is good. */
const DEMO_HOURS = 24

/** What somebody needs to know who has just started the chat. */
export function banner(runtime: Runtime, { dataDir, demo }: Settings): string {
  const { users } = runtime
  const admins = users.filter(({ role }) => role === 'admin').map(({ id }) => id)
  const others = users.length - admins.length
  const more = others > 0 ? colours.dim(` and ${others} who may not chat`) : ''
  const rows = [
    ['WebSocket', runtime.socketUrl],
    ['REST', `${runtime.url}/api/…`],
    ['Health', `${runtime.url}/api/health`],
    ['Data', path.relative(process.cwd(), dataDir) || '.'],
    ['Users', `${shorten(admins)}${more}`],
  ]
  const lines = rows.map(([name = '', value]) => `  ${colours.bold(name.padEnd(10))} ${value}`)
  const [first] = admins
  if (demo && first !== undefined) {
    const token = signToken(runtime.jwtSecret, first, DEMO_HOURS)
    lines.push(
      `  ${colours.bold('Token'.padEnd(10))} of ${first}, for ${DEMO_HOURS} hours (npm run token -- USER_ID for others):`,
    )
    lines.push(token)
  }
  return ['', colours.green('admin-chat is ready. Ctrl-C stops it.'), ...lines, ''].join('\n')
}

function shorten(ids: readonly string[]): string {
  const shown = ids.slice(0, 6).join(', ') || 'no admin'
  return ids.length > 6 ? `${shown} and ${ids.length - 6} more admins` : shown
}
