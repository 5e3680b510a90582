import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import type { Browser, Engine } from './engine.ts'
import { endProgram, startProgram, waitForLine } from './program.ts'

/** Debian's Firefox ESR, driven over WebDriver BiDi. */
export const firefox: Engine = {
  name: 'Firefox',
  hasAll: false,
  async launch(): Promise<Browser> {
    const profile = await mkdtemp(join(tmpdir(), 'firefox-'))
    const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
    const program = startProgram('/usr/bin/firefox-esr', args)
    const [, address] = await waitForLine(program, /WebDriver BiDi listening on (ws:\S+)/)
    const { command, close } = await connect(`${address}/session`)
    await command('session.new', { capabilities: {} })
    return {
      async open(url) {
        const { context } = await command('browsingContext.create', { type: 'tab' })
        await command('browsingContext.navigate', { context, url, wait: 'complete' })
        return {
          async evaluate(expression) {
            const answer = await command('script.evaluate', {
              expression: `(async () => JSON.stringify(await (${expression})))()`,
              target: { context },
              awaitPromise: true,
            })
            if (answer['type'] !== 'success') throw new Error(answer['exceptionDetails'].text)
            const { value } = answer['result']
            return value === undefined ? undefined : JSON.parse(value)
          },
          reload: async () => void (await command('browsingContext.reload', { context, wait: 'complete' })),
          close: async () => void (await command('browsingContext.close', { context })),
          perform: async (actions) => void (await command('input.performActions', { context, actions })),
        }
      },
      async close() {
        close()
        await endProgram(program)
        await rm(profile, { recursive: true, force: true, maxRetries: 5 })
      },
    }
  },
}

// biome-ignore lint/suspicious/noExplicitAny: the answers of a browser have every shape.
type Answer = Record<string, any>

/** A connection that matches answers to commands by their ids. */
async function connect(address: string) {
  const socket = new WebSocket(address)
  await once(socket, 'open')
  const waiting = new Map<number, (answer: Answer) => void>()
  let commands = 0
  socket.on('message', (data) => {
    const answer: Answer = JSON.parse(String(data))
    waiting.get(answer['id'])?.(answer)
  })
  const command = (method: string, params: object) =>
    new Promise<Answer>((resolve, reject) => {
      const id = ++commands
      waiting.set(id, (answer) => {
        waiting.delete(id)
        if (answer['type'] === 'success') resolve(answer['result'])
        else reject(new Error(`${method}: ${answer['error']}: ${answer['message']}`))
      })
      socket.send(JSON.stringify({ id, method, params }))
    })
  return { command, close: () => socket.terminate() }
}
