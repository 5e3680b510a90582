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
  /** The versions that the store answers with. */
  const holds = (current: string, previous?: string) => {
    store.reset()
    store.on(GetSecretValueCommand, { VersionStage: 'AWSCURRENT' }).resolves({ SecretString: current })
    const ofPrevious = store.on(GetSecretValueCommand, { VersionStage: 'AWSPREVIOUS' })
    if (previous === undefined) ofPrevious.rejects(none)
    else ofPrevious.resolves({ SecretString: previous })
  }
  return {
    database,
    store,
    holds,
    away: () => store.reset().on(GetSecretValueCommand).rejects(serverError()),
    back: () => holds(testSecret),
    pass: (millis: number) => {
      time += millis
    },
    async authenticate(token = tokenFor('ada')) {
      const { body } = await dispatch(all, frameHandlers(all), messageEvent({ type: 'authenticate', token }))
      return JSON.parse(body ?? '{}')
    },
  }
}

const [second, third] = ['second', 'third'].map((name) => `the ${name} secret, longer than 32 bytes`) as [
  string,
  string,
]
const forged = () => tokenFor('ada', {}, 'another secret that is longer than 32 bytes')

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
    // Two versions, every half minute once the cached ones are five minutes old.
    expect(store.calls().length).toBeLessThanOrEqual(2 * 11)
  })

  it('a token signed with an unknown key gets unavailable, does not count as refused, and causes few calls', async () => {
    const { store, database, away, back, pass, authenticate } = aContainer()
    back()
    await authenticate()
    away()
    pass(1000)
    for (let tenth = 0; tenth < 50; tenth++) {
      pass(100)
      expect(await authenticate(forged())).toMatchObject({ code: 'unavailable', retryable: true })
    }
    expect(store.calls().length).toBeLessThanOrEqual(2 * 5)
    const counted = database.commandCalls(UpdateCommand, {
      UpdateExpression: 'ADD failures :one',
    })
    expect(counted).toEqual([])
    back()
    pass(1000)
    expect(await authenticate(forged())).toMatchObject({ code: 'unauthorized' })
  })

  it('[ERR-4] a cold container answers with the retryable error unavailable, and recovers without help', async () => {
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

describe('[AUTH-9] after a rotation', () => {
  it('a token signed with the new secret is accepted at once, and one signed with the previous secret too', async () => {
    const { holds, back, pass, authenticate } = aContainer()
    back()
    await authenticate()
    pass(1000)
    holds(second, testSecret)
    expect(await authenticate(tokenFor('ada', {}, second))).toMatchObject({ type: 'authenticated' })
    expect(await authenticate()).toMatchObject({ type: 'authenticated' })
  })

  it('forged tokens cause at most one check a second', async () => {
    const { store, back, pass, authenticate } = aContainer()
    back()
    await authenticate()
    for (let tenth = 0; tenth < 50; tenth++) {
      pass(100)
      expect(await authenticate(forged())).toMatchObject({ code: 'unauthorized' })
    }
    expect(store.calls()).toHaveLength(2 + 2 * 5)
  })

  it('a version that is neither current nor previous is refused within five minutes', async () => {
    const { holds, back, pass, authenticate } = aContainer()
    back()
    await authenticate()
    holds(third, second)
    pass(5 * MINUTE)
    expect(await authenticate()).toMatchObject({ code: 'unauthorized' })
    expect(await authenticate(tokenFor('ada', {}, second))).toMatchObject({ type: 'authenticated' })
  })

  it('a check that fails is repeated after half a minute instead of five minutes', async () => {
    const { holds, away, back, pass, authenticate } = aContainer()
    back()
    await authenticate()
    away()
    pass(5 * MINUTE)
    expect(await authenticate()).toMatchObject({ type: 'authenticated' })
    holds(third, second)
    pass(30_000)
    expect(await authenticate()).toMatchObject({ code: 'unauthorized' })
  })
})
