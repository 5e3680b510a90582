import { createSecretKey } from 'node:crypto'

/**
 * Signs and verifies tokens. It is a key object, because jsonwebtoken tries to parse a string as a private key first.
 */
export const signingKey = createSecretKey(Buffer.from('a secret of the simulator, longer than 32 bytes'))
