import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, inject, it, vi } from 'vitest'
import { type Check, ok, runCheck } from '../../../cli/admin/doctor/check.ts'
import { checks } from '../../../cli/admin/doctor/checks.ts'
import { roundTrip } from '../../../cli/admin/doctor/round-trip/round-trip.ts'
import { createPair, removeAbandoned } from '../../../cli/admin/doctor/round-trip/temporary-users.ts'
import { openTarget, type Target } from '../../../cli/target.ts'
import { refreshPresence } from '../../../lambdas/chat/connections/compute-presence.ts'
import { rig } from '../../support/interleave.ts'
import { openStores } from '../../support/stores.ts'

const stores = openStores()

async function target(): Promise<Target> {
  vi.stubEnv('DATA_DIR', inject('dataDir'))
  try {
    return await openTarget(undefined)
  } finally {
    vi.unstubAllEnvs()
  }
}

/** Every row of the chat that contains a text. */
async function rowsWith(text: string): Promise<readonly unknown[]> {
  const found = []
  for (const TableName of Object.values(stores.tables)) {
    let ExclusiveStartKey: Record<string, unknown> | undefined
    do {
      const page = await stores.db.send(
        new ScanCommand({ TableName, ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
      )
      found.push(...(page.Items ?? []).filter((row) => JSON.stringify(row).includes(text)))
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey)
  }
  return found
}

describe('doctor', () => {
  it('[OPS-35] ends a check that takes too long, and reports one that fails', async () => {
    const check = (run: Check['run'], timeoutMs?: number) =>
      runCheck({ name: 'a check', run, ...(timeoutMs === undefined ? {} : { timeoutMs }) }, {} as Target)
    expect(await check(() => new Promise(() => undefined), 10)).toEqual([
      { level: 'unknown', text: 'Could not be checked: it did not end within 0.01 s.' },
    ])
    expect(await check(() => Promise.reject(new Error('Access denied.\nMore')))).toEqual([
      { level: 'unknown', text: 'Could not be checked: Access denied.' },
    ])
    expect(await check(async () => ok('Fine.'))).toEqual([{ level: 'ok', text: 'Fine.' }])
  })

  it('[OPS-35] can run every check on a laptop', async () => {
    const chat = await target()
    const findings = await Promise.all(
      checks.filter((check) => check !== roundTrip).map((check) => runCheck(check, chat)),
    )
    expect(findings.flat().filter(({ level }) => level === 'unknown')).toEqual([])
    expect(
      findings.flat().filter(({ level, remedy }) => (level === 'ok') === (remedy !== undefined)),
    ).toEqual([])
  })

  it('[OPS-36] lets two users exchange a message, and leaves no row of them', {
    timeout: 40_000,
  }, async () => {
    expect(await runCheck(roundTrip, await target())).toMatchObject([
      {
        // A problem, with a remedy, if the machine is busy.
        level: expect.stringMatching(/ok|problem/),
        text: expect.stringMatching(
          /^Two users connected and exchanged a message, which was acknowledged after \d+ ms, received after \d+ ms/,
        ),
      },
    ])
    expect(await rowsWith('doctor-')).toEqual([])
  })

  it('[OPS-36] removes what a test that crashed has left behind, and keeps what may still be in use', async () => {
    const chat = await target()
    const before = { ...chat, deps: { ...chat.deps, now: () => Date.now() - 3_600_000 } }
    const abandoned = await createPair(before)
    const current = await createPair(chat)
    await removeAbandoned(chat)
    expect(await rowsWith(abandoned.users[0])).toEqual([])
    expect(await rowsWith(abandoned.conversation)).toEqual([])
    expect(await rowsWith(current.users[0])).not.toEqual([])
    await removeAbandoned({ ...chat, deps: { ...chat.deps, now: () => Date.now() + 3_600_000 } })
    expect(await rowsWith('doctor-')).toEqual([])
  })

  it('[OPS-36] a late task writes no row about the presence of a user whose rows are gone', async () => {
    const user = `gone-${Date.now()}`
    await refreshPresence(rig().deps, { user, checkAt: Date.now() })
    expect(await rowsWith(user)).toEqual([])
  })
})
