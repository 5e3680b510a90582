/**
 * Socket.IO, either in memory, or with the guarantees of this chat: texts are numbered, a repeated text is stored once,
 * and each text is committed to SQLite, with an fsync, before it is acknowledged and passed on.
 *
 *   socket-io.ts memory|durable ROOMS    where ROOMS is JSON with the texts that each room has already
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { Server } from 'socket.io'
import type { Rooms } from '../systems.ts'
import { textOf } from '../text.ts'
import { announce } from './announce.ts'

const folder = mkdtempSync(join(tmpdir(), 'admin-chat-compare-'))
const rooms = JSON.parse(process.argv[3] ?? '{}') as Rooms
const messages = process.argv[2] === 'durable' ? openMessages() : undefined

function openMessages() {
  const database = new Database(join(folder, 'messages.db'))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec(
    'create table messages (room text, seq integer, key text, text text, primary key (room, seq), unique (room, key))',
  )
  const known = database.prepare('select seq from messages where room = ? and key = ?')
  const head = database.prepare('select coalesce(max(seq), 0) as seq from messages where room = ?')
  const insert = database.prepare('insert into messages values (?, ?, ?, ?)')
  const newest = database.prepare('select seq, text from messages where room = ? order by seq desc limit 10')
  /** `isNew` is false if the key was used before. */
  const store = (room: string, key: string, text: string) => {
    const stored = known.get(room, key) as { seq: number } | undefined
    if (stored) return { seq: stored.seq, isNew: false }
    const seq = (head.get(room) as { seq: number }).seq + 1
    insert.run(room, seq, key, text)
    return { seq, isNew: true }
  }
  database.transaction(() => {
    for (const [room, { texts = 0 }] of Object.entries(rooms)) {
      for (let n = 1; n <= texts; n++) store(room, String(n), textOf(n))
    }
  })()
  return { store: database.transaction(store), newest: (room: string) => newest.all(room) }
}

const http = createServer()
const io = new Server(http, { perMessageDeflate: false, serveClient: false })
io.on('connection', (socket) => {
  const room = String(socket.handshake.query['room'])
  void socket.join(room)
  socket.on('send', (key: string, text: string, acknowledge: (seq?: number) => void) => {
    const { seq, isNew } = messages?.store(room, key, text) ?? { isNew: true }
    acknowledge(seq)
    if (isNew) socket.to(room).emit('message', text, seq)
  })
  socket.on('history', (answer: (texts?: readonly unknown[]) => void) => answer(messages?.newest(room)))
})
http.listen(0, '127.0.0.1', () => {
  announce({ url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}` }, async () => {
    rmSync(folder, { recursive: true, force: true })
  })
})
