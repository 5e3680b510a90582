import { describe, expect, it } from 'vitest'
import { authenticate } from '../../../lambdas/chat/connections/authenticate.ts'
import { join } from '../../../lambdas/chat/connections/join.ts'
import { aPair } from '../../support/chat.ts'
import { meanwhile, rig } from '../../support/interleave.ts'
import { seconds, tokenFor } from '../../support/tokens.ts'

describe('a token that is renewed', () => {
  it('[AUTH-6] counts in a conversation that the connection joined, as its first, meanwhile', async () => {
    const { ada, conversation } = await aPair()
    const { connectionId } = await ada.connect()
    const { deps } = rig()
    meanwhile(deps, 'authentication', 'bind', () => join(deps, connectionId, conversation, undefined))
    const exp = seconds() + 7200
    await authenticate(deps, connectionId, tokenFor(ada.id, { exp }))
    const participant = await deps.conversations.participant(conversation, ada.id)
    expect(participant?.joined.get(connectionId)).toBe(exp * 1000)
  })
})
