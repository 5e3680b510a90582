import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { expect, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { STACK_NAME } from '../../../lib/stack-name.ts'
import { MINUTE_MS } from '../../../local/aws/cloudwatch/metrics.ts'
import { startRuntime } from '../../../local/runtime.ts'
import { readRuntimeFile } from '../../../local/runtime-file.ts'
import type { RuntimeOptions } from '../../../local/runtime-types.ts'
import { place } from '../../../local/stack/names.ts'
import { createResolver } from '../../../local/stack/resolver.ts'
import { parseTemplate } from '../../../local/stack/template.ts'
import { callRest } from '../../../verification/live/client/rest.ts'
import { readAlarms } from '../../support/cloudwatch/alarm.ts'
import { fires } from '../../support/cloudwatch/evaluate.ts'
import { aUser, word } from '../../support/people.ts'
import { aClock } from '../aws/sqs/support.ts'
import { temporaryDirectory } from '../temporary.ts'

/** The concurrency of a new AWS account. */
const NEW_ACCOUNT = 10

/** A laptop whose stack has alarms, with a clock of its own: a minute passes when the test says so. */
export async function aWatchedChat({ concurrency = NEW_ACCOUNT, ...options }: Partial<RuntimeOptions> = {}) {
  const clock = aClock()
  const dataDir = temporaryDirectory()
  const [ada, bob] = [aUser(), aUser()]
  const runtime = await startRuntime({
    dataDir,
    clock,
    users: [ada, bob],
    concurrency,
    settings: { alarmEmail: 'operator@example.com' },
    log: () => undefined,
    ...options,
  })
  onTestFinished(() => runtime.stop())
  const template = parseTemplate(
    readFileSync(join(dataDir, 'cdk.out', `${STACK_NAME}.template.json`), 'utf8'),
  )
  const alarms = readAlarms(template, createResolver(template, STACK_NAME))
  const aws = { endpoint: runtime.awsEndpoint, credentials: runtime.operator, region: place.region }
  const [sqs, db] = [new SQSClient(aws), new DynamoDBClient({ ...aws, maxAttempts: 1 })]
  onTestFinished(() => {
    sqs.destroy()
    db.destroy()
  })
  const endpoint = {
    url: runtime.url,
    socketUrl: runtime.socketUrl,
    token: (id: string) => runtime.token(id, 1),
  }

  const sumOf = (name: string) =>
    runtime.metrics
      .series()
      .filter((one) => one.name === name && one.dimensions['FunctionName']?.includes('Worker'))
      .flatMap(({ minutes }) => [...minutes.values()])
      .reduce((sum, one) => sum + one.sum, 0)

  return {
    clock,
    ada,
    bob,
    firing: () =>
      alarms
        .filter((alarm) =>
          fires(alarm, { series: runtime.metrics.series(), quota: concurrency }, clock.now()),
        )
        .map(({ id }) => id),
    /** The highest age of a task that was recorded. */
    oldestTaskSeconds: () =>
      Math.max(
        ...runtime.metrics
          .series()
          .filter(({ name }) => name === 'ApproximateAgeOfOldestMessage')
          .flatMap(({ minutes }) => [...minutes.values()].map(({ maximum }) => maximum)),
      ),
    rest: (method: string, path: string, body?: object) => callRest(endpoint, ada.id, method, path, body),
    /** Connects, authenticates, waits for any answer, and leaves. Resolves with whether the handshake succeeded. */
    connect: (headers: Readonly<Record<string, string>> = {}) =>
      connect(runtime.socketUrl, endpoint.token(ada.id), headers),
    queueTask: async (task: object, DelaySeconds = 0) => {
      const QueueUrl = readRuntimeFile(dataDir)?.outputs['TasksQueueUrl']
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(task), DelaySeconds }))
    },
    /** Reads and writes each table several times, as the commands do. */
    useTables: async () => {
      const Key = { pk: { S: word() }, sk: { S: word() } }
      const tables = Array.from({ length: 8 }, () => Object.values(runtime.tables)).flat()
      const calls = tables.flatMap((TableName) => [
        db.send(new GetItemCommand({ TableName, Key })),
        db.send(new PutItemCommand({ TableName, Item: Key })),
      ])
      await Promise.allSettled(calls)
    },
    /** Lets a minute pass, and waits for the sweep that starts in it. */
    async passMinute() {
      const sweeps = sumOf('AsyncEventsReceived') + 1
      const ended = () => sumOf('Invocations') + sumOf('Throttles')
      await clock.pass(MINUTE_MS)
      await expect.poll(ended, { timeout: 30_000 }).toBeGreaterThanOrEqual(sweeps)
    },
  }
}

export type WatchedChat = Awaited<ReturnType<typeof aWatchedChat>>

/** What two users do in a minute. */
export async function traffic({ rest, connect, bob }: WatchedChat): Promise<void> {
  await Promise.all([
    connect(),
    rest('GET', '/conversations'),
    rest('POST', '/invitations', { to_user_id: bob.id }),
  ])
}

/** Repeats minutes until each of these alarms has fired; returns those that have not after 15 minutes. */
export async function silentOf(
  chat: WatchedChat,
  expected: readonly string[],
  act: (chat: WatchedChat) => Promise<unknown>,
): Promise<readonly string[]> {
  const silent = new Set(expected)
  for (let minutes = 0; minutes < 15 && silent.size > 0; minutes += 1) {
    await act(chat)
    await chat.passMinute()
    for (const id of chat.firing()) silent.delete(id)
  }
  return [...silent]
}

async function connect(url: string, token: string, headers: Readonly<Record<string, string>>) {
  const socket = new WebSocket(url, { headers })
  // A handshake that is refused is an error, and closes the socket.
  socket.on('error', () => undefined)
  const first = (...events: readonly string[]) =>
    new Promise<string>((resolve) => {
      for (const event of events) socket.once(event, () => resolve(event))
    })
  const isOpen = (await first('open', 'close')) === 'open'
  if (isOpen) {
    socket.send(JSON.stringify({ type: 'authenticate', token }))
    await first('message', 'close')
    socket.terminate()
  }
  return isOpen
}
