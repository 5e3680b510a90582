import { createSecretKey, type KeyObject } from 'node:crypto'
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

/** RFC 7518 section 3.2: an HS256 key has at least as many bits as the hash. */
const LEAST_BYTES = 32
const FRESH_FOR = 5 * 60_000
/** A flood of bad tokens must not become a flood of calls. */
const LOOK_AGAIN_AFTER = 30_000

/** The keys that may have signed a token, newest first; as objects, so that no check has to parse them. */
export interface SecretSource {
  /** @param suspect a token did not verify: look whether the secret was rotated, if that is not too recent. */
  current(suspect?: boolean): Promise<readonly KeyObject[]>
}

/**
 * Reads the current and the previous version of a secret and keeps them for five minutes. When Secrets
 * Manager does not answer, what is known goes on being used.
 */
export function secretSource(
  client: SecretsManagerClient,
  secretId: string,
  now: () => number,
): SecretSource {
  let known: readonly KeyObject[] = []
  let readAt = Number.NEGATIVE_INFINITY

  return {
    async current(suspect = false) {
      if (now() - readAt < (suspect ? LOOK_AGAIN_AFTER : FRESH_FOR)) return known
      try {
        const [current, previous] = await Promise.all([
          version('AWSCURRENT'),
          version('AWSPREVIOUS').catch((error: unknown) => {
            if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
            throw error
          }),
        ])
        known = [current, previous].filter((key) => key !== undefined)
      } catch (error) {
        if (known.length === 0) throw error
      }
      readAt = now()
      return known
    },
  }

  async function version(VersionStage: string): Promise<KeyObject | undefined> {
    const { SecretString } = await client.send(
      new GetSecretValueCommand({ SecretId: secretId, VersionStage }),
    )
    if (SecretString === undefined) return undefined
    const bytes = Buffer.from(SecretString)
    if (bytes.length < LEAST_BYTES) {
      throw new Error(`the ${VersionStage} token secret is shorter than ${LEAST_BYTES} bytes`)
    }
    return createSecretKey(bytes)
  }
}
