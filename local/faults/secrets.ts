import type { Intercept } from '../aws/server.ts'
import type { FaultSettings } from './options.ts'
import type { Dice } from './random.ts'

/** Secrets Manager as it is when it is not well; calls to other services go the way they went. */
export function failingSecrets(
  intercept: Intercept | undefined,
  { failed }: FaultSettings['secrets'],
  dice: Dice,
): Intercept | undefined {
  if (failed === 0) return intercept
  return (call) =>
    call.service === 'secretsmanager' && dice.choose('secrets', { failed })
      ? { status: 500, type: 'InternalServiceError', message: 'A fault that was switched on' }
      : intercept?.(call)
}
