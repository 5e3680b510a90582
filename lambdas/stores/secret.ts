import { createSecretKey, type KeyObject } from 'node:crypto'
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { SecretSource } from '../model.ts'

/** RFC 7518 section 3.2: an HS256 key has at least as many bits as the hash. */
const MIN_SECRET_BYTES = 32
const CACHE_MS = 5 * 60_000
/** Keeps a flood of invalid tokens from becoming a flood of calls. */
const MIN_REFRESH_INTERVAL_MS = 30_000

/**
 * Reads the current and the previous version of a secret and caches them for five minutes. If Secrets Manager is
 * unavailable, the cached keys stay in use.
 */
export function secretSource(
  client: SecretsManagerClient,
  secretId: string,
  now: () => number,
): SecretSource {
  let cached: readonly KeyObject[] = []
  let readAt = Number.NEGATIVE_INFINITY

  return {
    async current(suspect = false) {
      if (now() - readAt < (suspect ? MIN_REFRESH_INTERVAL_MS : CACHE_MS)) return cached
      try {
        const [current, previous] = await Promise.all([
          version('AWSCURRENT'),
          version('AWSPREVIOUS').catch((error: unknown) => {
            if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
            throw error
          }),
        ])
        cached = [current, previous].filter((key) => key !== undefined)
      } catch (error) {
        if (cached.length === 0) throw error
      }
      readAt = now()
      return cached
    },
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
