/**
 * Measures the memory of the client library: first with 100 open conversations of 100 entries each, then during an hour
 * of traffic, in which the user has one conversation open at a time. The server runs in the same process, and the clock
 * is virtual.
 *
 *   npm run bench:client
 */
import { setImmediate } from 'node:timers/promises'
import { deserialize, serialize } from 'node:v8'
import { createChat } from '../client/chat.ts'
import type { Storage } from '../client/types.ts'
import { Random } from '../verification/model/random.ts'
import { clock, pass } from './client-memory/clock.ts'
import { add, FakeSocket, fakeFetch, ids, ME } from './client-memory/server.ts'

const SECOND_MS = 1000
const HOUR_S = 3600

/** A storage that keeps its values outside the heap, as the database of a browser does. */
function storageOutsideHeap(): Storage {
  const values = new Map<string, Buffer>()
  const read = (value: Buffer | undefined) => value && deserialize(value)
  return {
    get: async (key) => read(values.get(key)),
    set: async (key, value) => void values.set(key, serialize(value)),
    delete: async (key) => void values.delete(key),
    list: async (prefix) =>
      [...values]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key, read(value)] as const),
  }
}

/** The heap in use, in MB, after a full garbage collection. */
async function heapMb(): Promise<number> {
  if (!globalThis.gc) throw new Error('Run this with node --expose-gc.')
  for (let run = 0; run < 3; run++) {
    await setImmediate()
    globalThis.gc()
  }
  return process.memoryUsage().heapUsed / 1e6
}

const random = new Random(1)
const before = await heapMb()
const report = async (what: string) => console.log(`${((await heapMb()) - before).toFixed(1)} MB  ${what}`)

const chat = createChat({
  url: 'wss://chat.test',
  rest: 'https://chat.test',
  token: () => `x.${btoa(JSON.stringify({ user_id: ME }))}.x`,
  WebSocket: FakeSocket,
  fetch: fakeFetch as typeof fetch,
  clock,
  random: () => random.next(),
  storage: storageOutsideHeap(),
  tabs: false,
})
await pass(SECOND_MS)
const rooms = ids.map((id) => chat.open(id))
await pass(SECOND_MS)
await Promise.all(rooms.map((room) => room.older()))
await pass(5 * SECOND_MS)
const entries = rooms.reduce((sum, room) => sum + room.log.getSnapshot().entries.length, 0)
await report(`${rooms.length} conversations open, with ${entries} entries`)

for (const room of rooms.splice(0)) room.close()
let open = chat.open('c0')
let received = 0
let sent = 0
for (let second = 1; second <= HOUR_S; second++) {
  add(random.pick(ids))
  received++
  if (second % 10 === 0) {
    open.send('An answer')
    sent++
  }
  open.read(open.log.getSnapshot().lastSeq)
  await pass(SECOND_MS)
  if (second % 60 === 0) {
    open.close()
    open = chat.open(random.pick(ids))
  }
  if (second % 600 === 0)
    await report(`after ${second / 60} minutes, with ${received} messages received and ${sent} sent`)
}
const { phase } = chat.state.getSnapshot()
const { pending } = open.log.getSnapshot()
if (phase !== 'online' || pending.length > 1) throw new Error(`${phase}, ${pending.length} pending`)
chat.dispose()
