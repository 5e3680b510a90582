/**
 * This chat on its laptop runtime, with the rooms as conversations.
 *
 *   chat.ts ROOMS    where ROOMS is JSON with the users of each room, and how many texts it has already
 */
import { concurrently } from '../../../lambdas/async.ts'
import { startChat } from '../../page/chat.ts'
import type { Rooms } from '../systems.ts'
import { textOf } from '../text.ts'
import { announce } from './announce.ts'

const HOUR_MS = 3_600_000
const rooms = Object.entries(JSON.parse(process.argv[2] ?? '{}') as Rooms)
const ids = [...new Set(rooms.flatMap(([, { users }]) => users))]
const chat = await startChat(ids.map((id) => ({ id, firstname: id, lastname: 'Bench' })))

/** Rooms that already have texts were last active in the half hour before this time, and have been quiet since. */
const quietSince = Math.floor(Date.now() / HOUR_MS - 1) * HOUR_MS
await concurrently([...rooms.entries()], 5, async ([index, [id, { users, texts = 0 }]]) => {
  const end = quietSince - ((index + 1) / rooms.length) * (HOUR_MS / 2)
  const lines = Array.from({ length: texts }, (_, n) => ({
    from: users[n % 2] as string,
    text: textOf(n + 1),
    at: new Date(end - texts + n).toISOString(),
  }))
  await chat.converse({ id, participants: users, lines, ...(users.length > 2 && { title: id }) })
})
announce({ url: chat.url, tokens: Object.fromEntries(ids.map((id) => [id, chat.token(id)])) }, chat.stop)
