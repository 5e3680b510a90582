import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { expect, it } from 'vitest'
import { newConversationRows } from '../../../../lambdas/stores/conversation-rows.ts'
import { aMockedChat } from '../../../support/mocked.ts'

const now = '2026-01-01T12:00:00.000Z'
const [meta, ada, , bob] = newConversationRows('c', ['ada', 'bob'], now, { creator: 'ada' })
const left = {
  pk: 'CONV#c',
  sk: 'LOG#000000000007',
  seq: 7,
  change_seq: 7,
  kind: 'participant_left',
  id: 'left',
  sender: 'bob',
  person: { id: 'bob', firstname: '', lastname: '', email: '' },
  created_at: now,
}

it('[GROUP-4] a query that may still contain a user who has just left is repeated, with the end of the log read first', async () => {
  const { deps, database } = aMockedChat()
  database
    .on(QueryCommand)
    .resolvesOnce({ Items: [bob ?? {}, ada ?? {}, meta ?? {}, left] })
    .resolvesOnce({ Items: [meta ?? {}, left] })
    .resolvesOnce({ Items: [ada ?? {}] })
  const head = await deps.conversations.head('c')
  expect([...(head?.participants.keys() ?? [])]).toEqual(['ada'])
  expect(head?.last?.seq).toBe(7)
})

it('[GROUP-8] a query whose newest entry changes the owner is repeated, and returns the owner as of the end of the log', async () => {
  const { deps, database } = aMockedChat()
  const changed = { ...left, kind: 'owner_changed', sender: 'ada', owner: 'bob' }
  database
    .on(QueryCommand)
    .resolvesOnce({ Items: [bob ?? {}, ada ?? {}, meta ?? {}, changed] })
    .resolvesOnce({ Items: [meta ?? {}, changed] })
    .resolvesOnce({ Items: [{ ...meta, owner: 'bob' }, ada ?? {}, bob ?? {}] })
  expect((await deps.conversations.head('c'))?.group?.owner).toBe('bob')
})
