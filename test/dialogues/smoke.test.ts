import { describe, expect, inject, it } from 'vitest'
import { type Outcome, playSmoke, safeSteps } from '../../cli/admin/smoke/dialogue.ts'
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
})
