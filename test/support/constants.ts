import { createSecretKey } from 'node:crypto'

export const testSecret = 'a secret of the tests that is longer than 32 bytes'
export const demoOrigin = 'http://localhost:3000'

export const testKey = createSecretKey(Buffer.from(testSecret))
