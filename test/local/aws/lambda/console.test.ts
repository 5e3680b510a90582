import { afterEach, describe, expect, it } from 'vitest'
import { patchConsole } from '../../../../local/aws/lambda/console.mjs'

const { debug, info, log, warn, error, trace } = console
afterEach(() => void Object.assign(console, { debug, info, log, warn, error, trace }))

/** The lines that Lambda's runtime would write. */
function written(level: string, write: () => void): Record<string, unknown>[] {
  const lines: string[] = []
  patchConsole(
    level,
    () => 'r1',
    (line) => lines.push(line),
  )
  write()
  return lines.map((line) => JSON.parse(line))
}

describe('the console of a container in the JSON log format', () => {
  it('[OPS-18] writes an object as the message, and a text as a text even if it is JSON', () => {
    expect(
      written('INFO', () => {
        console.info({ event: 'invocation', posts: { left: 0 } })
        console.log('{"a":1}')
        console.warn('%s of %d', 'one', 2)
      }),
    ).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        level: 'INFO',
        requestId: 'r1',
        message: { event: 'invocation', posts: { left: 0 } },
      },
      expect.objectContaining({ level: 'INFO', message: '{"a":1}' }),
      expect.objectContaining({ level: 'WARN', message: 'one of 2' }),
    ])
  })

  it('[OPS-18] writes the type, the message and the stack of an error', () => {
    const lines = written('INFO', () => console.error(Object.assign(new TypeError('oh'), { code: 'E' })))
    expect(lines).toMatchObject([
      {
        level: 'ERROR',
        message: { errorType: 'TypeError', errorMessage: 'oh', code: 'E' },
      },
    ])
    expect(lines[0]).toHaveProperty('message.stackTrace.0', 'TypeError: oh')
  })

  it('[OPS-18] leaves out what is less severe than the level', () => {
    const all = () => {
      console.debug('d')
      console.info('i')
      console.warn('w')
      console.error('e')
    }
    const levels = (level: string) => written(level, all).map((line) => line['message'])
    expect(levels('DEBUG')).toEqual(['d', 'i', 'w', 'e'])
    expect(levels('WARN')).toEqual(['w', 'e'])
    expect(levels('ERROR')).toEqual(['e'])
  })

  it('formats a value that JSON cannot express', () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    expect(written('INFO', () => console.info(circle))).toMatchObject([
      { message: expect.stringContaining('Circular') },
    ])
  })
})
