import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { startRuntime } from '../../../local/runtime.ts'
import { tokensFor } from '../../../verification/live/chat/tokens.ts'
import { createDevice } from '../../../verification/live/client/device.ts'
import { callRest } from '../../../verification/live/client/rest.ts'
import { History } from '../../../verification/model/history.ts'
import { Ledger } from '../../../verification/model/ledger.ts'
import { Random } from '../../../verification/model/random.ts'
import { temporaryDirectory } from '../temporary.ts'

const GOING_AWAY = 1001
/** Ten minutes are 0.6 s, two hours are 7.2 s. */
const clockSpeed = 1000
/** Often enough never to hit the idle limit. */
const BUSY_MS = 100
const data = z.object({
  data: z.object({ invitation_id: z.string().optional(), conversation_id: z.string().optional() }),
})
const users = ['ada', 'bob'].map((id) => ({
  id,
  firstname: id,
  lastname: 'Test',
  email: `${id}@example.org`,
  role: 'admin' as const,
}))

/** A laptop on a faster clock, and two users: ada is always active, bob is idle. */
async function twoOnAFastClock() {
  const runtime = await startRuntime({
    dataDir: temporaryDirectory(),
    users,
    faults: { gateway: { clockSpeed } },
    log: () => undefined,
  })
  onTestFinished(() => runtime.stop())
  const place = { ...runtime, token: tokensFor(runtime.jwtSecret) }
  const invited = data.parse(
    (await callRest(place, 'ada', 'POST', '/invitations', { to_user_id: 'bob' })).body,
  )
  const path = `/invitations/${invited.data.invitation_id}/respond`
  const accepted = data.parse((await callRest(place, 'bob', 'PUT', path, { action: 'accept' })).body)
  const conversation = String(accepted.data.conversation_id)
  const ledger = new Ledger(new History(), new Map([[conversation, new Set(['ada', 'bob'])]]))
  const device = (user: string) => {
    const options = { user, name: user, conversations: [conversation] }
    const one = createDevice(options, place, ledger, new Random(1))
    onTestFinished(() => one.stop())
    one.start()
    return one
  }
  const [ada, bob] = [device('ada'), device('bob')]
  const busy = setInterval(() => ada.sendFrame({ type: 'ping' }), BUSY_MS)
  onTestFinished(() => clearInterval(busy))
  return { ledger, conversation, ada, bob }
}

it('F21: the idle limit and the lifetime end connections, and the library reconnects without losing anything', async () => {
  const { ledger, conversation, ada, bob } = await twoOnAFastClock()
  const sent: string[] = []
  while (ada.losses.length < 2) {
    const before = bob.losses.length
    sent.push(`message ${sent.length + 1}`)
    await ada.send(conversation, sent.at(-1) ?? '')
    await expect.poll(() => bob.losses.length, { timeout: 10_000, interval: 10 }).toBeGreaterThan(before)
  }
  for (const device of [ada, bob]) {
    const shown = () => device.views.get(conversation)?.shown.map(({ content }) => content)
    await expect.poll(shown, { timeout: 10_000 }).toEqual(sent)
    expect(new Set(device.losses)).toEqual(new Set([GOING_AWAY]))
  }
  expect(bob.losses.length).toBeGreaterThanOrEqual(sent.length)
  expect(ledger.history.violations).toEqual([])
}, 60_000)
