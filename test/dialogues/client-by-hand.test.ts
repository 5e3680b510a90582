import { readFileSync } from 'node:fs'
import { expect, inject, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Admin, aGroup, aPair, messagePath, post } from '../support/chat.ts'
import type { Frame } from '../support/socket.ts'

/** Runs the sample of docs/protocol.md for a user. */
function runSample(user: Admin, conversation: string) {
  const [, sample = ''] =
    /## A client by hand.*?```js\n(.*?)```/s.exec(readFileSync('docs/protocol.md', 'utf8')) ?? []
  const code = sample.replace('ws://localhost:5000/ws/chat', inject('socketUrl'))
  let log: readonly Frame[] = []
  const failures: string[] = []
  const timers: NodeJS.Timeout[] = []
  const later =
    (start: typeof setInterval) =>
    (...parameters: Parameters<typeof setInterval>) =>
      timers.push(start(...parameters))
  const environment = {
    token: user.token,
    conversation_id: conversation,
    show: (entries: readonly Frame[]) => {
      log = [...entries]
    },
    fail: (text: string) => failures.push(text),
    WebSocket,
    setInterval: later(setInterval),
    setTimeout: later(setTimeout as typeof setInterval),
  }
  const run = new Function(
    ...Object.keys(environment),
    `${code}; return { send, drop: () => socket.terminate() }`,
  )
  const { send, drop } = run(...Object.values(environment)) as { send(text: string): void; drop(): void }
  onTestFinished(() => {
    for (const timer of timers) clearTimeout(timer)
    drop()
  })
  return { send, drop, failures, log: () => log }
}

const contents = (log: readonly (Frame | undefined)[]) =>
  log.flatMap((entry) =>
    entry?.['kind'] === 'message' ? [entry['deleted_at'] ? 'deleted' : entry['content']] : [],
  )

it('the client by hand shows messages, edits and deletions, and sends in order over a lost connection', async () => {
  const { ada, bob, conversation } = await aPair()
  const client = runSample(ada, conversation)
  const texts = ['one', 'two', 'three']
  for (const text of texts) client.send(text)
  await vi.waitFor(() => expect(contents(client.log())).toEqual(texts), { timeout: 5_000 })

  client.drop()
  client.send('four')
  await post(bob, conversation, 'five')
  await bob.call('PATCH', messagePath(conversation, 4), { content: 'edited' })
  await vi.waitFor(
    () => expect(contents(client.log()).toSorted()).toEqual(['edited', 'four', ...texts].toSorted()),
    {
      timeout: 12_000,
    },
  )
  await bob.call('DELETE', messagePath(conversation, 4))
  await vi.waitFor(() => expect(contents(client.log())).toContain('deleted'), { timeout: 5_000 })
  expect(contents(client.log())).toHaveLength(5)
  expect(client.failures).toEqual([])
})

it('the client by hand reports a message that is refused, and sends the next one', async () => {
  const { ada, conversation } = await aPair()
  const client = runSample(ada, conversation)
  client.send(' ')
  client.send('better')
  await vi.waitFor(() => expect(contents(client.log())).toEqual(['better']), { timeout: 5_000 })
  expect(client.failures).toEqual([expect.stringContaining('bad_request')])
})

it('the client by hand keeps entries that are not messages in its log', async () => {
  const { ada, bob, group } = await aGroup('ada', 'bob')
  const client = runSample(ada, group)
  await post(bob, group, 'hello')
  await vi.waitFor(() => expect(contents(client.log())).toEqual(['hello']), { timeout: 5_000 })
  await vi.waitFor(() => expect(client.log()[1]).toMatchObject({ kind: 'participant_joined' }), {
    timeout: 5_000,
  })
})
