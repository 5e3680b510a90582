import { setTimeout as sleep } from 'node:timers/promises'
import { probePort } from '../../../local/network.ts'
import type { Browser, Engine } from './engine.ts'
import { endProgram, startProgram } from './program.ts'

const BINARY = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'
const POLL_MS = 10

/** Debian's WebKitGTK, driven over WebDriver on a virtual screen. */
export const webkit: Engine = {
  name: 'WebKit',
  hasAll: false,
  async launch(): Promise<Browser> {
    const port = await probePort(0)
    // As root, WebKit cannot start its sandbox.
    const env = { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }
    const program = startProgram('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], env)
    const command = commands(`http://127.0.0.1:${port}`)
    await untilReady(command)
    const options = { binary: BINARY, args: ['--automation'] }
    const alwaysMatch = { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options }
    const { sessionId } = await command('POST', '/session', { capabilities: { alwaysMatch } })
    const session = `/session/${sessionId}`
    const post = (path: string, body: object = {}) => command('POST', session + path, body)
    const first: string = await command('GET', `${session}/window`)
    let last: Promise<unknown> = Promise.resolve()
    /** Commands go to the current window, so calls for different tabs must not mix. */
    const inWindow = <T>(handle: string, calls: () => Promise<T>): Promise<T> => {
      const result = last.then(async () => {
        await post('/window', { handle })
        return calls()
      })
      last = result.catch(() => undefined)
      return result
    }
    let evaluations = 0
    return {
      async open(url) {
        // Not a tab, because only one tab of a window is visible.
        const { handle } = await inWindow(first, () => post('/window/new', { type: 'window' }))
        await inWindow(handle, () => post('/url', { url }))
        const execute = (script: string) =>
          inWindow(handle, () => post('/execute/sync', { script, args: [] }))
        return {
          async evaluate(expression) {
            const key = `result${++evaluations}`
            await execute(`(async () => JSON.stringify(await (${expression})))().then(
              (value) => { globalThis.${key} = { value } }, (error) => { globalThis.${key} = { error: String(error) } })`)
            for (;;) {
              const result = await execute(`return globalThis.${key} ?? null`)
              if (result?.error !== undefined) throw new Error(result.error)
              if (result) return result.value === undefined ? undefined : JSON.parse(result.value)
              await sleep(POLL_MS)
            }
          },
          reload: async () => void (await inWindow(handle, () => post('/refresh'))),
          close: async () => void (await inWindow(handle, () => command('DELETE', `${session}/window`))),
          perform: async (actions) => void (await inWindow(handle, () => post('/actions', { actions }))),
        }
      },
      close: async () => {
        await command('DELETE', session).catch(() => undefined)
        await endProgram(program)
      },
    }
  },
}

// biome-ignore lint/suspicious/noExplicitAny: the answers of a browser have every shape.
type Command = (method: string, path: string, body?: object) => Promise<any>

const commands =
  (address: string): Command =>
  async (method, path, body) => {
    const response = await fetch(address + path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const { value } = (await response.json()) as { value: { error?: string; message?: string } | null }
    if (!response.ok) throw new Error(`${method} ${path}: ${value?.error}: ${value?.message}`)
    return value
  }

async function untilReady(command: Command): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return void (await command('GET', '/status'))
    } catch (error) {
      if (attempt === 300) throw error
      await sleep(100)
    }
  }
}
