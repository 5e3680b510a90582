import { type ChildProcess, fork } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Address, ChatCommands, ChatOptions, Command, Endpoint, Reply } from './commands.ts'
import { scratchDirectory } from './scratch-directory.ts'
import { tokensFor } from './tokens.ts'

/** A chat in its own process, with an empty database. */
export interface Chat extends Omit<ChatCommands, 'start'>, Address, Endpoint {
  readonly dataDir: string
}

/** Starts a chat, passes it to `use`, and stops it afterwards, even after an error. */
export async function withChat<T>(options: ChatOptions, use: (chat: Chat) => Promise<T>): Promise<T> {
  const dataDir = scratchDirectory()
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const commands = commandsTo(child)
  try {
    const address = await commands.start({ ...options, dataDir })
    return await use({ ...commands, ...address, dataDir, token: tokensFor(address.jwtSecret) })
  } finally {
    await commands.stop().catch(() => undefined)
    child.disconnect()
    await rm(dataDir, { recursive: true, force: true })
  }
}

const names = [
  'start',
  'strikes',
  'killWorker',
  'cutAll',
  'gatewayFailures',
  'stop',
] as const satisfies readonly (keyof ChatCommands)[]

/** Sends commands to the other process and resolves with its replies. */
function commandsTo(child: ChildProcess): ChatCommands {
  const waiting = new Map<number, (reply: Reply) => void>()
  let lastId = 0
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply))
  child.once('exit', (code, signal) => {
    const error = `the process of the chat ended (${signal ?? code})`
    for (const [id, settle] of waiting) settle({ id, error })
  })
  const call = (name: keyof ChatCommands, args: readonly unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      const id = ++lastId
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id)
        if (error === undefined) resolve(result)
        else reject(new Error(error))
      })
      child.send({ id, name, args } satisfies Command, (failure) => failure && reject(failure))
    })
  return Object.fromEntries(
    names.map((name) => [name, (...args: readonly unknown[]) => call(name, args)]),
  ) as unknown as ChatCommands
}
