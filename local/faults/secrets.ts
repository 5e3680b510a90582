import type { Intercept } from '../aws/server.ts'
import type { FaultSettings } from './options.ts'
import type { Dice } from './random.ts'

/** Makes calls to Secrets Manager fail; other calls go to `intercept`. */
export function failingSecrets(
  intercept: Intercept | undefined,
  { failed }: FaultSettings['secrets'],
  dice: Dice,
): Intercept | undefined {
  if (failed === 0) return intercept
  return (call) =>
    call.service === 'secretsmanager' && dice.choose('secrets', { failed })
      ? { status: 500, type: 'InternalServiceError', message: 'Injected fault' }
      : intercept?.(call)
}
