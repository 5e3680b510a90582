import { createSecretKey, type KeyObject } from 'node:crypto'
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { SecretSource } from '../model.ts'

/** RFC 7518 section 3.2: an HS256 key has at least as many bits as the hash. */
const MIN_SECRET_BYTES = 32
/** How long a version that is no longer current or previous may still be accepted. */
const CACHE_MS = 5 * 60_000
/** Limits how often forged tokens, or calls while no key is known, can cause a read. */
const MIN_INTERVAL_MS = 1000
/** The interval between reads while Secrets Manager fails and cached keys can still be used. */
const RETRY_INTERVAL_MS = 30_000

/**
 * Reads the current and the previous version of a secret and caches them for five minutes. If Secrets Manager is
 * unavailable, the cached keys stay in use.
 */
export function secretSource(
  client: SecretsManagerClient,
  secretId: string,
  now: () => number,
): SecretSource {
  let keys: readonly KeyObject[] = []
  let readAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY
  /** The error of the last attempt to read, if it failed. */
  let failure: unknown

  return {
    async current(suspect = false) {
      const isUrgent = suspect || keys.length === 0
      const isStale = isUrgent || now() - readAt >= CACHE_MS
      const intervalMs = isUrgent || failure === undefined ? MIN_INTERVAL_MS : RETRY_INTERVAL_MS
      if (isStale && now() - triedAt >= intervalMs) await read()
      // The known keys cannot show whether a token is forged or signed with a newer key.
      if (isUrgent && failure !== undefined) throw failure
      return keys
    },
  }

  async function read(): Promise<void> {
    triedAt = now()
    try {
      const [current, previous] = await Promise.all([version('AWSCURRENT'), previousVersion()])
      keys = [current, previous].filter((key) => key !== undefined)
      readAt = triedAt
      failure = undefined
    } catch (error) {
      failure = error
    }
  }

  async function previousVersion(): Promise<KeyObject | undefined> {
    try {
      return await version('AWSPREVIOUS')
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
      throw error
    }
  }

  async function version(VersionStage: string): Promise<KeyObject | undefined> {
    const { SecretString } = await client.send(
      new GetSecretValueCommand({ SecretId: secretId, VersionStage }),
    )
    if (SecretString === undefined) return undefined
    const bytes = Buffer.from(SecretString)
    if (bytes.length < MIN_SECRET_BYTES) {
      throw new Error(`the ${VersionStage} token secret is shorter than ${MIN_SECRET_BYTES} bytes`)
    }
    return createSecretKey(bytes)
  }
}
