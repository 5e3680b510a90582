import { describe, expect, inject, it, vi } from 'vitest'
import { smokeCommand } from '../../cli/admin/smoke/command.ts'
import { type Outcome, playSmoke, safeSteps, soloSteps } from '../../cli/admin/smoke/dialogue.ts'
import { runAdmin } from '../support/admin.ts'
import { type Admin, admins, conversationsOf } from '../support/chat.ts'

const addresses = () => ({ socketUrl: inject('socketUrl'), restUrl: inject('url') })

/** A run has more than thirty steps, one after another. */
const RUN_TIMEOUT_MS = 60_000

/** Plays the dialogues; resolves with what became of each step. */
async function play(ada: Admin, bob: Admin, at = addresses(), steps = safeSteps) {
  const outcomes: Outcome[] = []
  await playSmoke(at, { ada, bob }, 'test', (outcome) => outcomes.push(outcome), steps)
  return outcomes
}

describe('npm run admin -- smoke', { timeout: RUN_TIMEOUT_MS }, () => {
  it('[OPS-46] plays every step, and leaves no conversation and no invitation', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const outcomes = await play(ada, bob)
    expect(outcomes.filter(({ result }) => result !== 'ok')).toEqual([])
    expect(outcomes).toHaveLength(safeSteps.length + 1)
    for (const admin of [ada, bob]) {
      expect(await conversationsOf(admin)).toEqual([])
      const { body } = await admin.call('GET', '/invitations')
      expect(body['data'].invitations).toEqual([])
    }
  })

  it('[OPS-46] plays nothing after a step that has failed, and cleans up', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const title = 'ada repeats the message, and nothing new is stored'
    const steps = safeSteps.map((step) => (step.title === title ? { ...step, answer: { seq: 99 } } : step))
    const outcomes = await play(ada, bob, addresses(), steps)
    const results = outcomes.map(({ result }) => result)
    const failed = results.indexOf('failed')
    expect(outcomes[failed]?.step.title).toBe(title)
    expect(new Set(results.slice(0, failed))).toEqual(new Set(['ok']))
    expect(new Set(results.slice(failed + 1, -1))).toEqual(new Set(['skipped']))
    expect(results.at(-1)).toBe('ok')
    for (const admin of [ada, bob]) expect(await conversationsOf(admin)).toEqual([])
  })

  it('says which address does not answer', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const nowhere = { socketUrl: 'ws://localhost:65534', restUrl: 'http://localhost:65534' }
    const [first] = await play(ada, bob, nowhere)
    expect(first).toMatchObject({ result: 'failed', problem: expect.stringContaining('ECONNREFUSED') })
  })

  /** Runs the command with an address and without the variables that replace options. */
  async function run(...args: readonly string[]) {
    vi.stubEnv('CHAT_TOKEN', undefined)
    vi.stubEnv('CHAT_TOKEN2', undefined)
    return await runAdmin(inject('dataDir'), smokeCommand(), '--url', inject('url'), ...args)
  }

  it('[OPS-46] prints a line for each step, and exits with 0', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { lines, errors, code } = await run('--token', ada.token, '--token2', bob.token)
    expect(errors).toEqual([])
    expect(code).toBe(0)
    expect(lines).toHaveLength(safeSteps.length + 1)
    expect(lines[0]).toBe('ok      REST-7    the chat is healthy')
  })

  it('[OPS-46] prints a line of JSON for each step, and exits with 1 if one has failed', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const { lines, errors, code } = await run('--json', '--token', ada.token, '--token2', `${bob.token}x`)
    const steps = lines.map((line) => JSON.parse(line))
    expect(errors).toEqual([])
    expect(code).toBe(1)
    expect(steps).toHaveLength(safeSteps.length + 1)
    expect(steps[0]).toEqual({ rule: 'REST-7', title: 'the chat is healthy', result: 'ok' })
    const failed = steps.filter(({ result }) => result === 'failed')
    expect(failed).toEqual([
      { rule: 'AUTH-1', title: 'bob authenticates', result: 'failed', problem: expect.any(String) },
    ])
  })

  it('[OPS-46] with one token plays what one administrator can do alone, stores nothing, and says so', async () => {
    const { ada } = await admins('ada')
    const { lines, errors, code } = await run('--json', '--token', ada.token)
    expect(code).toBe(0)
    expect(errors).toEqual([expect.stringContaining('Without --token2, no message is sent')])
    const steps = lines.map((line) => JSON.parse(line))
    expect(steps.map(({ title }) => title)).toEqual(soloSteps.map(({ title }) => title))
    expect(new Set(steps.map(({ result }) => result))).toEqual(new Set(['ok']))
    expect(await conversationsOf(ada)).toEqual([])
    const failed = await run('--token', `${ada.token}x`)
    expect(failed.code).toBe(1)
    expect(failed.lines).toContainEqual(expect.stringMatching(/^failed +AUTH-1 +ada authenticates: /))
  })

  it.each([
    ['Pass the token of an administrator with --token', []],
    ['--token is not a token of the chat', ['--token', 'x']],
    ['--token2 is not a token of the chat', ['--token', 'ADA', '--token2', 'x']],
    ['must belong to two different administrators', ['--token', 'ADA', '--token2', 'ADA']],
    ['is not an address', ['--token', 'ADA', '--token2', 'BOB', '--url', 'localhost']],
  ])('[OPS-46] exits with 1 and says: %s', async (sentence, args) => {
    const { ada, bob } = await admins('ada', 'bob')
    const tokens = new Map([
      ['ADA', ada.token],
      ['BOB', bob.token],
    ])
    const { lines, errors, code } = await run(...args.map((arg) => tokens.get(arg) ?? arg))
    expect({ lines, code }).toEqual({ lines: [], code: 1 })
    expect(errors).toEqual([expect.stringContaining(sentence)])
  })
})
