import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { GetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { secretSource } from '../../../lambdas/stores/secret.ts'
import { dispatch } from '../../../lambdas/websocket/dispatch.ts'
import { frameHandlers } from '../../../lambdas/websocket/handlers.ts'
import { testSecret } from '../../support/constants.ts'
import { aMockedChat, messageEvent, serverError } from '../../support/mocked.ts'
import { tokenFor } from '../../support/tokens.ts'

const MINUTE = 60_000

/** A container that caches the secret, a secret store that can fail, and clients that authenticate. */
function aContainer() {
  const client = new SecretsManagerClient({ region: 'eu-west-1' })
  const store = mockClient(client)
  const { deps, database } = aMockedChat()
  database.on(UpdateCommand).resolves({ Attributes: { id: 'a1', failures: 1 } })
  database.on(GetCommand).resolves({ Item: { id: 'ada', role: 'admin' } })
  database.on(TransactWriteCommand).resolves({})
  let time = Date.now()
  const now = () => time
  const all = { ...deps, now, secrets: secretSource(client, 'arn', now) }
  const none = new ResourceNotFoundException({ $metadata: {}, message: 'no such version' })
  return {
    store,
    away: () => store.reset().on(GetSecretValueCommand).rejects(serverError()),
    back: () =>
      store
        .reset()
        .on(GetSecretValueCommand, { VersionStage: 'AWSCURRENT' })
        .resolves({ SecretString: testSecret })
        .on(GetSecretValueCommand, { VersionStage: 'AWSPREVIOUS' })
        .rejects(none),
    pass: (millis: number) => {
      time += millis
    },
    async authenticate(token = tokenFor('ada')) {
      const { body } = await dispatch(all, frameHandlers(all), messageEvent({ type: 'authenticate', token }))
      return JSON.parse(body ?? '{}')
    },
  }
}

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))
afterEach(() => void vi.restoreAllMocks())

describe('F34: while the secret store is down for ten minutes', () => {
  it('a container that has cached the secret keeps using it, and makes few calls', async () => {
    const { store, away, back, pass, authenticate } = aContainer()
    back()
    expect(await authenticate()).toMatchObject({ type: 'authenticated' })
    away()
    for (let second = 0; second < 600; second += 10) {
      pass(10_000)
      expect(await authenticate()).toMatchObject({ type: 'authenticated' })
    }
    expect(store.calls().length).toBeLessThanOrEqual(4)
  })

  it('invalid tokens are refused as usual, and do not cause a flood of calls', async () => {
    const { store, away, back, pass, authenticate } = aContainer()
    back()
    await authenticate()
    away()
    const forged = tokenFor('ada', {}, 'another secret that is longer than 32 bytes')
    for (let second = 0; second < 600; second += 5) {
      pass(5000)
      expect(await authenticate(forged)).toMatchObject({ code: 'unauthorized' })
    }
    expect(store.calls().length).toBeLessThanOrEqual(2 * 20)
  })

  it('a cold container answers with the retryable error unavailable, and recovers by itself', async () => {
    const { away, back, pass, authenticate } = aContainer()
    away()
    for (const _ of [1, 2]) {
      expect(await authenticate()).toMatchObject({ code: 'unavailable', retryable: true })
      pass(10 * MINUTE)
    }
    back()
    expect(await authenticate()).toMatchObject({ type: 'authenticated', user_id: 'ada' })
  })
})
