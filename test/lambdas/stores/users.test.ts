import { BatchGetCommand, type BatchGetCommandInput } from '@aws-sdk/lib-dynamodb'
import { expect, it } from 'vitest'
import { aMockedChat } from '../../support/mocked.ts'

it('F32: unprocessed keys of a batch are requested again until none is left', async () => {
  const { deps, database } = aMockedChat()
  const asked: number[] = []
  database.on(BatchGetCommand).callsFake(({ RequestItems }: BatchGetCommandInput) => {
    const { users: { Keys = [], ...rest } = { Keys: [] } } = RequestItems ?? {}
    asked.push(Keys.length)
    const [now, later] = [Keys.slice(0, 40), Keys.slice(40)]
    return {
      Responses: {
        users: now.map((key) => ({ id: String(key['pk']).slice('USER#'.length), role: 'admin' })),
      },
      UnprocessedKeys: later.length > 0 ? { users: { ...rest, Keys: later } } : {},
    }
  })
  const ids = Array.from({ length: 130 }, (_, n) => `u${n}`)
  expect([...(await deps.users.findAll(ids)).keys()]).toEqual(ids)
  expect(asked).toEqual([100, 60, 20, 30])
  const strong = database
    .commandCalls(BatchGetCommand)
    .map(({ args }) => args[0].input.RequestItems?.['users']?.ConsistentRead)
  expect(strong).toEqual([true, true, true, true])
})
