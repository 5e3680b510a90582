import type { KeyObject } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { unauthorized } from '../../../protocol/errors.ts'
import { userId } from '../../../protocol/fields.ts'
import { isObject } from '../../../protocol/json.ts'
import { limits } from '../../../protocol/limits.ts'
import type { SecretSource } from '../../model.ts'

export interface Identity {
  readonly user: string
  /** `exp` in epoch milliseconds. */
  readonly expiresAt: number
}

/** Three base64url parts, the last of 256 bits. Anything else is refused without computing a signature. */
const SHAPE = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/

/**
 * The user of a token. Throws `unauthorized`, with the same message for every cause. Also checks what
 * jsonwebtoken does not: a missing or absurd `exp`, an `iat` in the future, `crit`, and that the payload is
 * an object.
 */
export async function verifyToken(secrets: SecretSource, token: string, now: number): Promise<Identity> {
  if (token.length > limits.tokenLength || !SHAPE.test(token)) throw unauthorized()
  const keys = await secrets.current()
  const payload = payloadOf(keys, token, now) ?? payloadOf(await secrets.current(true), token, now)
  const identity = identityOf(payload, now / 1000)
  if (!identity) throw unauthorized()
  return identity
}

function payloadOf(keys: readonly KeyObject[], token: string, now: number): unknown {
  for (const key of keys) {
    try {
      const { header, payload } = jwt.verify(token, key, {
        algorithms: ['HS256'],
        complete: true,
        clockTimestamp: Math.floor(now / 1000),
        clockTolerance: limits.clockToleranceSeconds,
      })
      return 'crit' in header ? undefined : payload
    } catch {
      // Another key may have signed it.
    }
  }
  return undefined
}

function identityOf(payload: unknown, nowSeconds: number): Identity | undefined {
  if (!isObject(payload)) return undefined
  const { user_id, exp, iat } = payload
  const user = userId.safeParse(user_id)
  if (!user.success || typeof exp !== 'number') return undefined
  if (exp > nowSeconds + limits.tokenLifetimeSeconds + limits.clockToleranceSeconds) return undefined
  if (iat !== undefined && !(typeof iat === 'number' && iat <= nowSeconds + limits.clockToleranceSeconds)) {
    return undefined
  }
  return { user: user.data, expiresAt: Math.floor(exp * 1000) }
}
