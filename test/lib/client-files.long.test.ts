import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildClientFiles } from '../../lib/client-files.ts'

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

/** A page of an application, which exists nowhere near this repository. */
const application = `
import { createChat, RequestError, SignedOut, type Log } from './client.js'

const chat = createChat({
  url: 'wss://chat.example.com/ws/chat',
  rest: 'https://chat.example.com',
  token: () => {
    throw new SignedOut()
  },
})
const room = chat.open('c1')
const last: Log['entries'][number] | undefined = room.log.getSnapshot().entries.at(-1)
if (last?.kind === 'message') console.log(last.content.length)
export const off: () => void = chat.on('*', (frame) => {
  if (frame.type === 'error') console.log(frame.code === 'rate_limited')
})
chat.on('message_sent', ({ message }) => console.log(message.seq))
room.edit(1, 'better').catch((error: unknown) => {
  if (error instanceof RequestError) console.log(error.retryAfterMs?.toFixed())
})
// @ts-expect-error: the types are not \`any\`.
room.send(1)
`

describe('the files of the client library', () => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'admin-chat-'))
    await buildClientFiles(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('are one module and its types', () => {
    expect(readdirSync(folder).sort()).toEqual(['client.d.ts', 'client.js'])
    expect(readFileSync(join(folder, 'client.js'), 'utf8')).not.toMatch(/\bimport\b|\brequire\(/)
  })

  it('export the same values in the module and in the types', async () => {
    const { createChat, ...others } = await import(pathToFileURL(join(folder, 'client.js')).href)
    expect(createChat).toBeTypeOf('function')
    const types = readFileSync(join(folder, 'client.d.ts'), 'utf8')
    const declared = [...types.matchAll(/^declare (?:function|class|const) (\w+)/gm)].map(([, name]) => name)
    expect(declared.sort()).toEqual(['createChat', ...Object.keys(others)].sort())
  })

  it('compile in an application that has nothing else, under every strict option', async () => {
    writeFileSync(join(folder, 'application.ts'), application)
    const options = '--ignoreConfig --noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess'
    const language = '--target es2022 --lib es2022,dom --module esnext --moduleResolution bundler --types '
    const run = promisify(execFile)(process.execPath, [
      tsc,
      ...`${options} ${language}`.split(' '),
      join(folder, 'application.ts'),
    ])
    expect(await run.catch(({ stdout }) => stdout)).toEqual({ stdout: '', stderr: '' })
  })
})
