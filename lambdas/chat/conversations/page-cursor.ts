import { createHmac, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto'
import { ChatError } from '../../../protocol/errors.ts'
import type { SecretSource } from '../../model.ts'

/** A cursor is valid for one list of one user. */
export interface CursorScope {
  readonly list: string
  readonly user: string
}

/** 128 of the 256 bits: enough, because a forged cursor would only yield a page of the caller's own list. */
const MAC_BYTES = 16
/** Longer than any cursor; anything beyond is refused without computing a MAC. */
const MAX_CURSOR_LENGTH = 4096

/** Signs a position in a list. The result is opaque to its holder, and invalid for other users and lists. */
export async function signCursor(
  secrets: SecretSource,
  scope: CursorScope,
  position: string,
): Promise<string> {
  const [newest] = await secrets.current()
  if (!newest) throw new Error('there is no secret to sign with')
  const bytes = Buffer.from(position)
  return Buffer.concat([macOf(newest, scope, bytes), bytes]).toString('base64url')
}

/** The signed position. Accepts a signature by any secret that may verify a token; otherwise throws `bad_request`. */
export async function openCursor(secrets: SecretSource, scope: CursorScope, cursor: string): Promise<string> {
  if (cursor.length > MAX_CURSOR_LENGTH) throw invalidCursor()
  const bytes = Buffer.from(cursor, 'base64url')
  // The decoder accepts several spellings of the same bytes; only one of them was issued.
  if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== cursor) throw invalidCursor()
  const mac = bytes.subarray(0, MAC_BYTES)
  const position = bytes.subarray(MAC_BYTES)
  const isSignedWith = (key: KeyObject) => timingSafeEqual(macOf(key, scope, position), mac)
  if ((await secrets.current()).some(isSignedWith)) return position.toString()
  if ((await secrets.current(true)).some(isSignedWith)) return position.toString()
  throw invalidCursor()
}

/** Derives its own key from the secret, so that a cursor can never pass as a token nor a token as a cursor. */
function macOf(secret: KeyObject, { list, user }: CursorScope, position: Buffer): Buffer {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'cursors', 32))
  // Names of lists and users contain no zero byte.
  const mac = createHmac('sha256', key).update(`${list}\0${user}\0`).update(position).digest()
  return mac.subarray(0, MAC_BYTES)
}

const invalidCursor = () => new ChatError('bad_request', 'cursor: is not one of ours')
