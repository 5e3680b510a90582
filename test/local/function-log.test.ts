import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFunctionLog } from '../../local/function-log.ts'
import { temporaryDirectory } from './temporary.ts'

const line = (message: unknown, level = 'INFO') => JSON.stringify({ level, message })

function aLog() {
  const dataDir = temporaryDirectory()
  const shown: string[] = []
  const open = () => createFunctionLog(dataDir, (name, text) => shown.push(`${name}: ${text}`))
  return { log: open(), open, shown, file: (name: string) => join(dataDir, 'logs', name) }
}
const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1)

describe('the log of the functions', () => {
  it('[OPS-18] keeps what each function writes in a file of its own, which only its owner can read', () => {
    const { log, open, file } = aLog()
    const first = line({ event: 'invocation' })
    log('frames', first)
    log('rest', line('hello'))
    open()('frames', line('after a restart'))
    expect(linesOf(file('frames.jsonl'))).toEqual([first, line('after a restart')])
    expect(linesOf(file('rest.jsonl'))).toEqual([line('hello')])
    expect(statSync(file('frames.jsonl')).mode & 0o777).toBe(0o600)
    expect(statSync(file('')).mode & 0o777).toBe(0o700)
  })

  it('[OPS-18] shows everything but invocations, metrics and the debug level', () => {
    const { log, shown } = aLog()
    const quiet = [
      line({ event: 'invocation' }),
      line({ event: 'call' }, 'DEBUG'),
      JSON.stringify({ _aws: {}, PostsLeft: 1 }),
    ]
    const loud = [line({ event: 'token_refused' }), line({ event: 'error' }, 'ERROR'), 'text', '{"half":']
    for (const text of [...quiet, ...loud]) log('frames', text)
    expect(shown).toEqual(loud.map((text) => `frames: ${text}`))
  })

  it('[OPS-18] writes text as JSON too', () => {
    const { log, file } = aLog()
    log('frames', 'a text')
    expect(JSON.parse(linesOf(file('frames.jsonl'))[0] ?? '')).toMatchObject({ message: 'a text' })
  })

  it('[OPS-18] starts a new file after 10 MB, and keeps one old file', () => {
    const { log, file } = aLog()
    const megabyte = line('x'.repeat(1_000_000))
    for (let n = 0; n < 11; n++) log('frames', megabyte)
    expect(linesOf(file('frames.jsonl'))).toHaveLength(1)
    expect(linesOf(file('frames.jsonl.1'))).toHaveLength(10)
    for (let n = 0; n < 10; n++) log('frames', megabyte)
    expect(linesOf(file('frames.jsonl.1'))).toHaveLength(10)
  })
})
