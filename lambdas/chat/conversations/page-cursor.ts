import { createHmac, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto'
import { ChatError } from '../../../protocol/errors.ts'
import type { SecretSource } from '../../stores/secret.ts'

/** What a cursor is good for: one list, of one user. */
export interface CursorScope {
  readonly list: string
  readonly user: string
}

/** 128 of the 256 bits: nobody guesses them, and nothing but a page of one's own list could be won. */
const MAC_BYTES = 16
/** No place in a list is that long; more is not worth a computation. */
const LONGEST = 4096

/** A place in a list, sealed: opaque to its holder, and no good to anybody else or for another list. */
export async function signCursor(secrets: SecretSource, scope: CursorScope, place: string): Promise<string> {
  const [newest] = await secrets.current()
  if (!newest) throw new Error('there is no secret to sign with')
  const bytes = Buffer.from(place)
  return Buffer.concat([macOf(newest, scope, bytes), bytes]).toString('base64url')
}

/** The place that was signed; whichever secret it was signed with, as long as that may verify a token. */
export async function openCursor(secrets: SecretSource, scope: CursorScope, cursor: string): Promise<string> {
  if (cursor.length > LONGEST) throw notOurs()
  const bytes = Buffer.from(cursor, 'base64url')
  // The decoder takes many spellings for the same bytes; only one of them was given out.
  if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== cursor) throw notOurs()
  const mac = bytes.subarray(0, MAC_BYTES)
  const place = bytes.subarray(MAC_BYTES)
  const isSignedWith = (key: KeyObject) => timingSafeEqual(macOf(key, scope, place), mac)
  if ((await secrets.current()).some(isSignedWith)) return place.toString()
  if ((await secrets.current(true)).some(isSignedWith)) return place.toString()
  throw notOurs()
}

/** The key is another one than that of tokens, so that neither can be passed off as the other. */
function macOf(secret: KeyObject, { list, user }: CursorScope, place: Buffer): Buffer {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'cursors', 32))
  // No list and no user has a zero byte in its name.
  const mac = createHmac('sha256', key).update(`${list}\0${user}\0`).update(place).digest()
  return mac.subarray(0, MAC_BYTES)
}

const notOurs = () => new ChatError('bad_request', 'cursor: is not one of ours')
