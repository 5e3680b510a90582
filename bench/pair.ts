import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { invitationStore } from '../lambdas/stores/invitations.ts'
import { userStore } from '../lambdas/stores/users.ts'
import { createEngineClient } from '../local/aws/dynamodb/engine-client.ts'
import { functionEnvironment } from '../local/aws/lambda/environment.ts'
import { quietSdk } from '../local/quiet-sdk.ts'
import { startRuntime } from '../local/runtime.ts'

/** The id of the conversation between ada and bob. */
export const conversation = 'bench'

/** Starts a runtime in a folder of its own, with a conversation between ada and bob. */
export async function startPair() {
  quietSdk()
  const dataDir = await mkdtemp(join(tmpdir(), 'admin-chat-bench-'))
  const runtime = await startRuntime({
    dataDir,
    jwtSecret: 'the secret of a benchmark, longer than 32 bytes',
  })
  const { tables } = runtime
  const db = DynamoDBDocumentClient.from(createEngineClient(runtime.databaseEndpoint))
  await userStore({ db, tableName: tables.users }).importUsers(
    ['ada', 'bob'].map((id) => ({ id, firstname: id, lastname: '', email: '', role: 'admin' })),
  )
  const invitations = invitationStore({
    db,
    tableName: tables.invitations,
    conversationsTable: tables.conversations,
    lifetimeDays: 30,
  })
  const createdAt = new Date().toISOString()
  const invitation = { id: 'i', from: 'ada', to: 'bob', message: '', status: 'pending' as const, createdAt }
  await invitations.create(invitation, { maxSent: 0, sentTo: () => [] })
  const stored = await invitations.find(invitation.id)
  if (stored) await invitations.accept(stored, conversation, createdAt)

  return {
    runtime,
    dataDir,
    /** The combined environment of all functions of the stack, with the operator's permissions. */
    environment: (awsEndpoint: string): Record<string, string> =>
      Object.assign(
        {},
        ...[...runtime.stack.functions.values()].map((model) =>
          functionEnvironment(model, runtime.operator, awsEndpoint),
        ),
      ),
    async close() {
      await runtime.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export const newConnectionId = () => `${randomBytes(11).toString('base64url')}=`

/** Builds the events that API Gateway passes to the functions for one connection. */
export function eventsOf(connectionId: string, token: string) {
  const now = Date.now()
  const event = (routeKey: string, eventType: 'CONNECT' | 'MESSAGE', frame?: object) => ({
    requestContext: { routeKey, eventType, connectionId, connectedAt: now, requestTimeEpoch: now },
    ...(frame ? { body: JSON.stringify({ type: routeKey, ...frame }) } : {}),
  })
  return {
    connect: event('$connect', 'CONNECT'),
    authenticate: event('authenticate', 'MESSAGE', { token }),
    join: event('join_conversation', 'MESSAGE', { conversation_id: conversation }),
    send: event('send_message', 'MESSAGE', {
      conversation_id: conversation,
      message: { content: 'm'.repeat(250) },
      client_message_id: randomBytes(8).toString('hex'),
    }),
  }
}
