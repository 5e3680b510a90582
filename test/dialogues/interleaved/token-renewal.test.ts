import { describe, expect, it } from 'vitest'
import { authenticate } from '../../../lambdas/chat/connections/authenticate.ts'
import { join } from '../../../lambdas/chat/connections/join.ts'
import { aPair } from '../../support/chat.ts'
import { rig, runBefore } from '../../support/interleave.ts'
import { seconds, tokenFor } from '../../support/tokens.ts'

describe('renewing a token', () => {
  it('[AUTH-6] applies to a conversation that the connection joins at the same time, even its first', async () => {
    const { ada, conversation } = await aPair()
    const { connectionId } = await ada.connect()
    const { deps } = rig()
    runBefore(deps, 'authentication', 'bind', () => join(deps, connectionId, conversation, undefined))
    const exp = seconds() + 7200
    await authenticate(deps, connectionId, tokenFor(ada.id, { exp }))
    const participant = await deps.conversations.participant(conversation, ada.id)
    expect(participant?.joined.get(connectionId)).toBe(exp * 1000)
  })
})
