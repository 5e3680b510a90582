import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { cleanUpConnection } from '../../../../lambdas/chat/connections/cleanup.ts'
import { admit } from '../../../../lambdas/chat/connections/session.ts'
import type { MessageEntry } from '../../../../lambdas/model.ts'
import { frameOn } from '../../../support/frames.ts'
import { aMockedChat } from '../../../support/mocked.ts'

/** The error of a write whose row is part of a concurrent transaction. */
const conflict = () =>
  Object.assign(new Error('said by AWS'), {
    name: 'TransactionConflictException',
    $metadata: { httpStatusCode: 400 },
  })
const row = { id: 'a1', user: 'ada' }

describe('a write that conflicts with a transaction on its row is retried', () => {
  it('[SEND-1] when it stores a message without a key', async () => {
    const { deps, database } = aMockedChat()
    database.on(PutCommand).rejectsOnce(conflict()).resolves({})
    const createdAt = '2026-01-01T12:00:00.000Z'
    const entry: MessageEntry = {
      kind: 'message',
      id: '1-x',
      seq: 1,
      sender: 'ada',
      content: 'x',
      createdAt,
    }
    expect(await deps.log.append('c', entry, 'hash')).toBe('stored')
    expect(database.commandCalls(PutCommand)).toHaveLength(2)
  })

  it('[CONN-3] when it admits a frame while the connection joins', async () => {
    const { deps, database } = aMockedChat()
    database.on(UpdateCommand).rejectsOnce(conflict()).resolves({ Attributes: row })
    expect(await admit(deps, frameOn('a1'))).toMatchObject({ user: 'ada' })
  })

  it('[PUSH-7] when it cleans up a connection while the connection joins', async () => {
    const { deps, database } = aMockedChat()
    database.on(UpdateCommand).rejectsOnce(conflict()).resolves({ Attributes: row })
    await cleanUpConnection(deps, 'a1')
    expect(database.commandCalls(UpdateCommand).length).toBeGreaterThan(1)
  })
})
