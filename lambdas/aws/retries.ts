/** A failed attempt as the SDK classifies it. `TRANSIENT` and `THROTTLING` failures are temporary. */
interface Failure {
  readonly errorType: 'TRANSIENT' | 'THROTTLING' | 'SERVER_ERROR' | 'CLIENT_ERROR'
}

interface Token {
  getRetryCount(): number
  getRetryDelay(): number
}

/** Upper bounds of the pause before the second attempt. They double with each further attempt. */
const PAUSE_MS = { TRANSIENT: 50, THROTTLING: 500 }

/**
 * A `retryStrategy` for the SDK's clients: a fixed number of attempts with exponential backoff and full jitter. Unlike
 * the SDK's own strategy, it ignores an answer that asks for a longer pause, and it does not stop retrying after many
 * failures: a call must end within the function's timeout, and a function makes few calls at once.
 */
export function boundedRetries(maxAttempts: number) {
  return {
    acquireInitialRetryToken: async (): Promise<Token> => token(0, 0),
    async refreshRetryTokenForRetry(failed: Token, { errorType }: Failure): Promise<Token> {
      const count = failed.getRetryCount() + 1
      if (count >= maxAttempts || (errorType !== 'TRANSIENT' && errorType !== 'THROTTLING')) {
        throw new Error('this call is not retried')
      }
      return token(count, Math.random() * PAUSE_MS[errorType] * 2 ** (count - 1))
    },
    recordSuccess() {},
  }
}

const token = (count: number, delayMs: number): Token => ({
  getRetryCount: () => count,
  getRetryDelay: () => delayMs,
})
