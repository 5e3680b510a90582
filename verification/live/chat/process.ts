/** Runs the chat in its own process, so that it does not share a core with its clients. */
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import path from 'node:path'
import type { Worker } from 'node:worker_threads'
import { quietSdk } from '../../../local/quiet-sdk.ts'
import { type Runtime, startRuntime } from '../../../local/runtime.ts'
import type { ChatCommands, Command, Reply } from './commands.ts'
import { profilesOf } from './profiles.ts'

let runtime: Runtime | undefined
const sockets = new Set<Socket>()
const workers = new Map<Worker, 'working' | 'idle'>()
const gatewayFailures = new Map<string, number>()

subscribe('net.server.socket', (message) => {
  const { socket } = message as { readonly socket: Socket }
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
})

process.on('worker', (worker) => {
  workers.set(worker, 'idle')
  worker.once('exit', () => workers.delete(worker))
  // A worker is busy from the message that starts an invocation until its reply.
  const post = worker.postMessage.bind(worker)
  worker.postMessage = (...message: Parameters<typeof post>) => {
    workers.set(worker, 'working')
    post(...message)
  }
  worker.on('message', () => workers.set(worker, 'idle'))
})

const commands: ChatCommands = {
  async start({ users, dataDir, ...options }) {
    quietSdk()
    runtime = await startRuntime({
      dataDir,
      ...options,
      users: profilesOf(users),
      log(source, line) {
        appendFileSync(path.join(dataDir, 'chat.log'), `${new Date().toISOString()} [${source}] ${line}\n`)
        if (source !== 'gateway') return
        const kind = line.replace(/["{(\d].*/s, '').trim()
        gatewayFailures.set(kind, (gatewayFailures.get(kind) ?? 0) + 1)
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
  gatewayFailures: async () => Object.fromEntries(gatewayFailures),
  async stop() {
    await runtime?.stop()
  },
}

process.on('message', ({ id, name, args }: Command) => {
  const perform = commands[name] as (...args: readonly unknown[]) => Promise<unknown>
  const reply = (rest: Omit<Reply, 'id'>) => process.send?.({ id, ...rest } satisfies Reply)
  perform(...args).then(
    (result) => reply({ result }),
    (error: unknown) =>
      reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
// The parent process has ended.
process.on('disconnect', () => void commands.stop().finally(() => process.exit(0)))
// Ctrl-C reaches the whole process group; this process ends with its parent.
process.on('SIGINT', () => undefined)
