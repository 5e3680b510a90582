import { beforeAll, describe, expect, it } from 'vitest'
import { receivedInvitations } from '../../../lambdas/chat/conversations/invitations.ts'
import { limits } from '../../../protocol/limits.ts'
import { byteLength } from '../../../protocol/text.ts'
import { type Admin, admins, anAdmin } from '../../support/chat.ts'
import { rig } from '../../support/interleave.ts'
import { meter } from '../../support/meter.ts'
import { aUser, word } from '../../support/people.ts'
import { openStores, unlimited } from '../../support/stores.ts'

const COUNT = 120
/** The longest text in JSON, where a control character has six bytes, that fits into a call of 16 KB. */
const longest = '\u0001'.repeat(2700)
const longestName = '😀'.repeat(limits.userTextCodePoints)
/** What a function may return: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const RESPONSE_MAX_BYTES = 6 * 1024 * 1024
const stores = openStores()
const counted = meter(stores.db)
const deps = { ...rig().deps, ...stores }
let reader: Admin
let user = ''
/** Newest first. */
const sent: string[] = []

beforeAll(async () => {
  reader = await anAdmin('reader')
  user = reader.id
  const inviter = aUser({
    id: `${word()}${'i'.repeat(242)}`,
    firstname: longestName,
    lastname: longestName,
    email: longestName,
  })
  await stores.users.importUsers([inviter])
  const from = Date.now() - COUNT * 60_000
  for (let n = 0; n < COUNT; n++) {
    const invitation = {
      id: deps.newId(),
      from: inviter.id,
      to: user,
      message: longest,
      status: 'pending' as const,
      createdAt: new Date(from + n * 60_000).toISOString(),
      group: { id: deps.newId(), title: '😀'.repeat(limits.titleCodePoints) },
    }
    const step = { group: invitation.group.id, step: 0, limits: unlimited }
    await deps.invitations.createInGroup(step, [invitation])
    sent.unshift(invitation.id)
  }
}, 60_000)

const pageOf = (limit: number, cursor?: string) => receivedInvitations(deps, user, { limit, cursor })

async function walk(limit: number): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await pageOf(limit, cursor)
    expect(page.invitations.length).toBeLessThanOrEqual(limit)
    ids.push(...page.invitations.map(({ id }) => id))
    cursor = page.cursor
  } while (cursor !== undefined)
  return ids
}

describe('the list of received invitations', () => {
  it.each([7, 40, 60, 100])(
    '[INV-9] has every invitation once, newest first, in pages of %i',
    async (limit) => {
      expect(await walk(limit)).toEqual(sent)
    },
  )

  it('[INV-9] costs reads in proportion to the page, not to the list', async () => {
    for (const limit of [5, 20]) {
      const calls = await counted.callsOf(() => pageOf(limit))
      expect(calls.map(({ name }) => name)).toEqual(['Query', 'BatchGetItem', 'BatchGetItem'])
      expect(calls.reduce((sum, { read }) => sum + read, 0)).toBeLessThan(1.5 * limit + 5)
    }
  })

  it('[INV-9] has pages that fit into a response, even of the largest invitations', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const send = (message: string) => ada.call('POST', '/invitations', { to_user_id: bob.id, message })
    expect((await send(`${longest}${'\u0001'.repeat(50)}`)).status).toBe(413)
    expect((await send(longest)).status).toBe(200)

    const { status, body } = await reader.call('GET', `/invitations?limit=${limits.pageInvitations}`)
    expect([status, body['data'].invitations.length]).toEqual([200, limits.pageInvitations])
    expect(byteLength(JSON.stringify(body))).toBeLessThan(RESPONSE_MAX_BYTES)
    const byDefault = await reader.call('GET', '/invitations')
    expect(byDefault.body['data'].invitations).toHaveLength(50)
  })

  it('[LIST-1] refuses the cursor of another user or another list', async () => {
    const { cursor = '' } = await pageOf(5)
    const other = await anAdmin('other')
    await expect(receivedInvitations(deps, other.id, { limit: 5, cursor })).rejects.toMatchObject({
      code: 'bad_request',
      message: 'cursor: is not one of ours',
    })
    const listed = await other.call('GET', `/conversations?cursor=${encodeURIComponent(cursor)}`)
    expect([listed.status, listed.body['code']]).toEqual([400, 'bad_request'])
  })

  it('[INV-9] refuses a limit out of range', async () => {
    const admin = await anAdmin('admin')
    for (const limit of ['0', '101', 'x']) {
      const { status, body } = await admin.call('GET', `/invitations?limit=${limit}`)
      expect([status, body['message']]).toEqual([400, expect.stringMatching(/^limit: /)])
    }
  })
})
