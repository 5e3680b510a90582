import type { Check } from './check.ts'
import { apiThrottle } from './checks/account.ts'
import { concurrency, throttles } from './checks/capacity.ts'
import { database } from './checks/database.ts'
import { injectedFaults } from './checks/faults.ts'
import { clock, health, outputs, secret } from './checks/health.ts'
import { errors, refusedOrigins, refusedTokens, slowness } from './checks/log.ts'
import { origins } from './checks/origins.ts'
import { orphans } from './checks/orphans.ts'
import { floods } from './checks/rates.ts'
import { settings } from './checks/settings.ts'
import { backlog, deadLetterQueue, sweep } from './checks/tasks.ts'
import { administrators } from './checks/users.ts'
import { roundTrip } from './round-trip/round-trip.ts'

/** All checks, in the order in which their findings are shown. */
export const checks: readonly Check[] = [
  outputs,
  injectedFaults,
  health,
  clock,
  secret,
  administrators,
  origins,
  refusedOrigins,
  refusedTokens,
  floods,
  concurrency,
  throttles,
  apiThrottle,
  database,
  slowness,
  errors,
  deadLetterQueue,
  backlog,
  sweep,
  settings,
  orphans,
  roundTrip,
]
