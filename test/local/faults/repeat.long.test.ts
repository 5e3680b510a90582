import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Runtime, startRuntime } from '../../../local/runtime.ts'
import { restRoutes } from '../../../protocol/endpoints.ts'
import { dataOf, type Name, names, type People, repeatedCalls } from '../../support/repeated-calls.ts'
import { stubbornClient } from './client.ts'

const idIn = (index: number, name: Name) => `${name}${index}`

describe('[REPEAT-1] while half of all invocations are killed, a call that is repeated until it is answered', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'admin-chat-repeat-'))
  let runtime: Runtime
  beforeAll(async () => {
    const users = repeatedCalls.flatMap((_, index) =>
      names.map((name) => {
        const id = idIn(index, name)
        return { id, firstname: name, lastname: 'Test', email: `${id}@example.org`, role: 'admin' as const }
      }),
    )
    const faults = { seed: 5, invocations: { killed: 0.5 } }
    runtime = await startRuntime({ dataDir, users, faults, log: () => undefined })
  })
  afterAll(async () => {
    await runtime.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('has a case for every route that changes something', () => {
    const changing = restRoutes.filter((route) => !route.startsWith('GET '))
    expect([...new Set(repeatedCalls.map(({ route }) => route))].toSorted()).toEqual(changing.toSorted())
  })

  it.each(
    repeatedCalls.map((each, index) => ({
      ...each,
      index,
      title: [each.route, each.action ?? []].flat().join(' '),
    })),
  )(
    'changes things once and returns the same answer: $title',
    async (each) => {
      const ids = { ada: idIn(each.index, 'ada'), bob: idIn(each.index, 'bob'), cyd: idIn(each.index, 'cyd') }
      const people: People = {
        ids,
        ada: await stubbornClient(runtime, ids.ada),
        bob: await stubbornClient(runtime, ids.bob),
        cyd: await stubbornClient(runtime, ids.cyd),
      }
      const id = await each.prepare(people)
      const first = dataOf(await each.call(people, id))
      for (let times = 0; times < 2; times++) {
        expect(dataOf(await each.call(people, id))).toEqual({ ...first, ...each.repeated })
      }
      await each.check(people, id)
      expect(runtime.faults?.strikes()['invocations.killed']).toBeGreaterThan(0)
    },
    120_000,
  )
})
