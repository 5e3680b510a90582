import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { taskQueue } from '../../../../lambdas/stores/tasks.ts'
import { localUrl } from '../../../../local/aws/lambda/environment.ts'
import { createSecretStore } from '../../../../local/aws/secrets/secrets.ts'
import { startAwsServer } from '../../../../local/aws/server.ts'
import type { Statement } from '../../../../local/stack/permissions.ts'
import { allow, anIdentity, region } from '../support.ts'
import { deadModel, someQueues, tasksModel } from './support.ts'

const maySend = allow('sqs:SendMessage', tasksModel.arn)

/** The laptop's AWS with a queue, for one function with these policy statements, and the function's SDK client. */
async function anSqs(statements: readonly Statement[]) {
  const identity = anIdentity(statements)
  const warn = vi.fn<(line: string) => void>()
  const { queues, tasks, clock } = someQueues()
  const unused = () => Promise.reject(new Error('unused'))
  const server = await startAwsServer({
    functions: new Map(),
    identities: [identity],
    api: { apiId: 'api1', stage: 'prod' },
    connections: { post: unused, get: unused, delete: unused },
    secret: createSecretStore('arn:aws:secretsmanager:x:1:secret:Key-abcdef', 'unused'),
    queues,
    callEngine: unused,
    warn,
  })
  onTestFinished(() => server.close())
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', server.endpoint)
  onTestFinished(() => void vi.unstubAllEnvs())
  const config = { region, maxAttempts: 1 }
  return {
    tasks,
    clock,
    warn,
    url: localUrl(tasksModel.url, server.endpoint),
    // Like a function's clients, these read their endpoint from the environment.
    client: new SQSClient({ ...config, credentials: identity.credentials }),
    unknownCaller: new SQSClient({ ...config, credentials: { accessKeyId: 'x', secretAccessKey: 'y' } }),
  }
}

describe('SendMessage', () => {
  it('puts a task into the queue, which delivers it when it is due', async () => {
    const { client, url, tasks, clock } = await anSqs([maySend])
    await taskQueue(client, url).send({ task: 'retire', connection: 'é=' }, 15)
    expect(tasks.receive(1)).toEqual([])
    await clock.pass(15_000)
    expect(tasks.receive(1)).toMatchObject([
      { body: '{"task":"retire","connection":"é="}', sender: 'Frames' },
    ])
  })

  it('returns the id of the message', async () => {
    const { client, url, tasks } = await anSqs([maySend])
    const { MessageId } = await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'a' }))
    expect(tasks.receive(1)).toMatchObject([{ id: MessageId }])
  })

  it('requires a permission from the stack, and warns the developer when it is missing', async () => {
    const { client, url, tasks, warn } = await anSqs([allow('sqs:ReceiveMessage', tasksModel.arn)])
    const sending = taskQueue(client, url).send({ task: 'retire', connection: 'a' })
    await expect(sending).rejects.toMatchObject({ name: 'AccessDeniedException' })
    expect(tasks.receive(1)).toEqual([])
    expect(warn.mock.calls[0]?.[0]).toContain(`Frames to sqs:SendMessage on ${tasksModel.arn}`)
  })

  it('refuses an unknown caller', async () => {
    const { unknownCaller, url, tasks } = await anSqs([maySend])
    const sending = taskQueue(unknownCaller, url).send({ task: 'retire', connection: 'a' })
    await expect(sending).rejects.toMatchObject({ name: 'UnrecognizedClientException' })
    expect(tasks.receive(1)).toEqual([])
  })

  it('refuses an unknown queue, a delay over 15 minutes, an empty body and a body over 1 MiB', async () => {
    const { client, url, tasks } = await anSqs([allow('sqs:*', '*')])
    const send = (input: { QueueUrl?: string; DelaySeconds?: number; MessageBody?: string }) =>
      client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'a', ...input }))
    await expect(send({ QueueUrl: `${url}2` })).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
    const invalid = { name: 'InvalidParameterValue' }
    await expect(send({ DelaySeconds: 901 })).rejects.toMatchObject(invalid)
    await expect(send({ MessageBody: '' })).rejects.toMatchObject(invalid)
    await expect(send({ MessageBody: 'x'.repeat(1024 * 1024 + 1) })).rejects.toMatchObject(invalid)
    expect(tasks.receive(1)).toEqual([])
  })
})

describe('the operations for the commands', () => {
  const all = allow('sqs:*', '*')
  const receive = { MaxNumberOfMessages: 10, VisibilityTimeout: 60, WaitTimeSeconds: 1 }

  it('receive messages and hide them, show them again earlier, and delete them', async () => {
    const { client, url, tasks, clock } = await anSqs([all])
    for (const body of ['a', 'b']) tasks.send(body, 'Rest', 0)
    const MessageSystemAttributeNames = ['SentTimestamp' as const]
    const request = new ReceiveMessageCommand({ QueueUrl: url, ...receive, MessageSystemAttributeNames })
    const { Messages: [one, other] = [] } = await client.send(request)
    expect([one, other]).toMatchObject([
      { Body: 'a', Attributes: { SentTimestamp: String(clock.now()) } },
      { Body: 'b' },
    ])
    expect((await client.send(request)).Messages).toBeUndefined()
    const receipt = (message: typeof one) => ({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle })
    await client.send(new DeleteMessageCommand(receipt(one)))
    await client.send(new ChangeMessageVisibilityCommand({ ...receipt(other), VisibilityTimeout: 0 }))
    expect((await client.send(request)).Messages).toMatchObject([{ Body: 'b' }])
  })

  it('count the messages, and name the dead-letter queue', async () => {
    const { client, url, tasks } = await anSqs([all])
    for (const body of ['received', 'visible', 'visible too']) tasks.send(body, 'Rest', 0)
    tasks.send('delayed', 'Rest', 5_000)
    tasks.receive(1)
    const request = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] })
    expect((await client.send(request)).Attributes).toEqual({
      QueueArn: tasksModel.arn,
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadModel.arn, maxReceiveCount: 2 }),
    })
  })

  it('each require their own permission, and there are no others', async () => {
    const { client, url } = await anSqs([maySend])
    const QueueUrl = url
    const denied = { name: 'AccessDeniedException' }
    await expect(client.send(new ReceiveMessageCommand({ QueueUrl, ...receive }))).rejects.toMatchObject(
      denied,
    )
    const deletion = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'a#1' })
    await expect(client.send(deletion)).rejects.toMatchObject(denied)
    await expect(client.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
    })
  })
})
