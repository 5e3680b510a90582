import { type ChildProcess, fork } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Address, Answer, ChatOptions, Order, Orders } from './orders.ts'
import { scratchDirectory } from './scratch.ts'
import { tokensFor } from './tokens.ts'

/** What clients need to know of a chat. */
export interface Place extends Pick<Address, 'url' | 'socketUrl'> {
  token(user: string): string
}

/** A chat in a process of its own, on a fresh database. */
export interface Chat extends Omit<Orders, 'start'>, Address, Place {
  readonly dataDir: string
}

/** Runs something against a chat and stops it, whatever happens. */
export async function withChat<T>(options: ChatOptions, use: (chat: Chat) => Promise<T>): Promise<T> {
  const dataDir = scratchDirectory()
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const orders = ordersTo(child)
  try {
    const address = await orders.start({ ...options, dataDir })
    return await use({ ...orders, ...address, dataDir, token: tokensFor(address.jwtSecret) })
  } finally {
    await orders.stop().catch(() => undefined)
    child.disconnect()
    await rm(dataDir, { recursive: true, force: true })
  }
}

const names = [
  'start',
  'strikes',
  'killWorker',
  'cutAll',
  'troubles',
  'stop',
] as const satisfies readonly (keyof Orders)[]

/** Calls into the other process. */
function ordersTo(child: ChildProcess): Orders {
  const waiting = new Map<number, (answer: Answer) => void>()
  let orders = 0
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer))
  child.once('exit', (code, signal) => {
    const error = `the process of the chat ended (${signal ?? code})`
    for (const [id, settle] of waiting) settle({ id, error })
  })
  const call = (name: keyof Orders, args: readonly unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      const id = ++orders
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id)
        if (error === undefined) resolve(result)
        else reject(new Error(error))
      })
      child.send({ id, name, args } satisfies Order, (failure) => failure && reject(failure))
    })
  return Object.fromEntries(
    names.map((name) => [name, (...args: readonly unknown[]) => call(name, args)]),
  ) as unknown as Orders
}
