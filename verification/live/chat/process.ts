/** The process that runs the chat, apart from its clients, so that it can be killed and has a core of its own. */
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import path from 'node:path'
import type { Worker } from 'node:worker_threads'
import { quietSdk } from '../../../local/quiet-sdk.ts'
import { type Runtime, startRuntime } from '../../../local/runtime.ts'
import type { Answer, Order, Orders } from './orders.ts'

let runtime: Runtime | undefined
const sockets = new Set<Socket>()
const workers = new Map<Worker, 'working' | 'idle'>()
const troubles = new Map<string, number>()

subscribe('net.server.socket', (message) => {
  const { socket } = message as { readonly socket: Socket }
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
})

process.on('worker', (worker) => {
  workers.set(worker, 'idle')
  worker.once('exit', () => workers.delete(worker))
  // Whether a worker is at work shows in what it is told and what it says.
  const post = worker.postMessage.bind(worker)
  worker.postMessage = (...message: Parameters<typeof post>) => {
    workers.set(worker, 'working')
    post(...message)
  }
  worker.on('message', () => workers.set(worker, 'idle'))
})

const orders: Orders = {
  async start({ users, dataDir, ...options }) {
    quietSdk()
    runtime = await startRuntime({
      dataDir,
      ...options,
      users: users.map((id) => ({
        id,
        firstname: id,
        lastname: 'Proof',
        email: `${id}@example.org`,
        role: 'admin',
      })),
      log(source, line) {
        appendFileSync(path.join(dataDir, 'chat.log'), `${new Date().toISOString()} [${source}] ${line}\n`)
        const what = `${source} ${line.replace(/["{(\d].*/s, '').trim()}`
        if (source === 'gateway') troubles.set(what, (troubles.get(what) ?? 0) + 1)
      },
    })
    void runtime.failed.then((reason) => process.exit(reason ? 1 : 0))
    const { url, socketUrl, jwtSecret, databaseEndpoint, tables } = runtime
    return { url, socketUrl, jwtSecret, databaseEndpoint, tables }
  },
  strikes: async () => runtime?.faults?.strikes() ?? {},
  async killWorker(chance) {
    const all = [...workers]
    const busy = all.filter(([, state]) => state === 'working')
    const choices = busy.length > 0 ? busy : all
    const [worker, state] = choices[Math.floor(chance * choices.length)] ?? []
    await worker?.terminate()
    return state ?? 'none'
  },
  async cutAll() {
    const ofClients = [...sockets].filter(({ localPort }) => localPort === runtime?.port)
    for (const socket of ofClients) socket.destroy()
    return ofClients.length
  },
  troubles: async () => Object.fromEntries(troubles),
  async stop() {
    await runtime?.stop()
  },
}

process.on('message', ({ id, name, args }: Order) => {
  const perform = orders[name] as (...args: readonly unknown[]) => Promise<unknown>
  const answer = (rest: Omit<Answer, 'id'>) => process.send?.({ id, ...rest } satisfies Answer)
  perform(...args).then(
    (result) => answer({ result }),
    (error: unknown) =>
      answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
// Whoever started this one is gone.
process.on('disconnect', () => void orders.stop().finally(() => process.exit(0)))
// Ctrl-C reaches the whole group of a terminal; this one ends with the one who started it.
process.on('SIGINT', () => undefined)
