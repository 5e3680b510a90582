import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFaults } from '../../../local/faults/faults.ts'
import { parseFaults, readFaultsFile, switchedOn } from '../../../local/faults/options.ts'
import { readSettings } from '../../../local/settings.ts'
import { StartError } from '../../../local/start-error.ts'
import { temporaryDirectory } from '../temporary.ts'

function refusal(act: () => unknown): readonly string[] {
  try {
    act()
    return []
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return error.message.split('\n')
  }
}

function writeFile(text: string): string {
  const file = join(temporaryDirectory(), 'faults.json')
  writeFileSync(file, text)
  return file
}

describe('the options of faults', () => {
  it('are off by default', () => {
    const settings = parseFaults({})
    expect(settings).toMatchObject({ seed: 1, posts: { lost: 0, hangMillis: 5000 }, clockOffsetMillis: 0 })
    expect(switchedOn(settings)).toEqual([])
    expect(createFaults({}).summary).toBe('Faults on (seed 1): none')
  })

  it('keep the given values, and summarize the faults that are on', () => {
    const faults = createFaults({ seed: 7, posts: { lost: 0.1 }, database: { onePage: true } })
    expect(faults.summary).toBe('Faults on (seed 7): posts.lost 0.1, database.onePage true')
    expect(faults.tally()).toBe('Faults struck: none')
  })

  it.each<[string, unknown, readonly (string | RegExp)[]]>([
    ['an unknown group', { post: {} }, [/^post is not a fault; there are seed, disconnect, posts, /]],
    [
      'an unknown fault',
      { gateway: { speed: 2 } },
      ['gateway.speed is not a fault; there are clockSpeed, dropAllEveryMillis.'],
    ],
    ['a probability over 1', { posts: { lost: 3 } }, ['posts.lost must be a probability from 0 to 1.']],
    ['a probability as text', { posts: { lost: '3 %' } }, ['posts.lost must be a probability from 0 to 1.']],
    ['a time below 0', { disconnect: { lateMillis: -1 } }, [/^disconnect.lateMillis must be whole millis/]],
    ['a slower clock', { gateway: { clockSpeed: 0.5 } }, [/^gateway.clockSpeed must be a number from 1 to/]],
    [
      'a clock beyond the bounds',
      { clockOffsetMillis: 400_000 },
      [/^clockOffsetMillis must be .* 240000\.$/],
    ],
    [
      'half an invocation',
      { invocations: { concurrency: 0.5 } },
      ['invocations.concurrency must be a whole number, 0 for no limit.'],
    ],
    ['a seed of letters', { seed: 'a' }, [/^seed must be a whole number/]],
    [
      'a switch that is not a boolean',
      { database: { onePage: 1 } },
      ['database.onePage must be true or false.'],
    ],
    ['a group that is not an object', { posts: 0.1 }, ['posts must be an object.']],
    ['a list', [], ['The content of the file must be an object.']],
    ['several at once', { seed: -1, a: 1, b: 2 }, [/^seed must/, /^a is not a fault/, /^b is not a fault/]],
  ])('refuse %s with one sentence each', (_, input, expected) => {
    const sentences = refusal(() => parseFaults(input))
    expect(sentences).toHaveLength(expected.length)
    for (const [index, sentence] of expected.entries()) expect(sentences[index]).toMatch(sentence)
  })

  it('come from a file, and a file that cannot be read is reported', () => {
    expect(readFaultsFile(writeFile('{"posts":{"gone":0.5}}')).posts.gone).toBe(0.5)
    expect(refusal(() => readFaultsFile('/nowhere.json'))).toEqual(['/nowhere.json does not exist.'])
    expect(refusal(() => readFaultsFile(writeFile('{')))).toEqual([
      expect.stringMatching(/ is not JSON: .*\.$/),
    ])
  })

  it.each([
    [undefined, 0, 8],
    [2, 0, 2],
    [undefined, 2, 2],
    [4, 2, 2],
    [2, 4, 2],
  ])(
    'with a limit of %s and %i as a fault, %i of eight invocations run at once',
    async (limit, fault, running) => {
      const faults = createFaults({ invocations: { concurrency: fault } })
      const concurrency = faults.concurrency(limit)
      const outcomes = Array.from({ length: 8 }, () => concurrency.enter().catch(() => undefined))
      if (running === 8) return expect(faults.strikes()).toEqual({})
      expect((await Promise.all(outcomes)).filter(Boolean)).toHaveLength(running)
      expect(faults.strikes()).toEqual({ 'invocations.concurrency': 8 - running })
    },
  )

  it('are read from the file in the setting FAULTS', () => {
    expect(readSettings({}).faults).toBeUndefined()
    expect(readSettings({ FAULTS: writeFile('{"seed":3}') }).faults?.seed).toBe(3)
    expect(() => readSettings({ FAULTS: writeFile('{"x":1}') })).toThrow(/^FAULTS: x is not a fault/)
  })

  it('are all documented, with valid examples', () => {
    const text = readFileSync('docs/faults.md', 'utf8')
    for (const [name, value] of Object.entries(parseFaults({}))) {
      const names = typeof value === 'object' ? Object.keys(value).map((key) => `${name}.${key}`) : [name]
      for (const option of names) expect(text).toContain(`\`${option}\``)
    }
    const examples = [...text.matchAll(/^```json\n(.*?)^```/gms)]
    expect(examples.length).toBeGreaterThan(0)
    for (const [, json = ''] of examples) parseFaults(JSON.parse(json))
  })
})
