/**
 * This chat on its laptop runtime, with the rooms as conversations.
 *
 *   chat.ts ROOMS    where ROOMS is JSON with the users of each room
 */
import { startChat } from '../../page/chat.ts'
import type { Rooms } from '../systems.ts'
import { announce } from './announce.ts'

const rooms = JSON.parse(process.argv[2] ?? '{}') as Rooms
const users = [...new Set(Object.values(rooms).flat())]
const chat = await startChat(users.map((id) => ({ id, firstname: id, lastname: 'Bench' })))
for (const [id, participants] of Object.entries(rooms)) {
  await chat.converse({ id, participants, lines: [], ...(participants.length > 2 && { title: id }) })
}
const tokens = Object.fromEntries(users.map((user) => [user, chat.token(user)]))
announce({ url: chat.url, tokens }, chat.stop)
