import { revokeUser } from '../../lambdas/chat/connections/revoke.ts'
import type { Deps } from '../../lambdas/chat/deps.ts'
import type { Ledger } from '../model/ledger.ts'
import type { Functions } from './functions.ts'
import type { Scheduler } from './scheduler.ts'

export interface Dismissal {
  readonly user: string
  /** True if the user only loses the role; false if the account is removed. */
  readonly demoted: boolean
}

/** Does what the operator's command does: first the user, then the user's connections. Repeats it until it succeeds. */
export function dismiss(
  scheduler: Scheduler,
  functions: Functions,
  ledger: Ledger,
  dismissal: Dismissal,
): void {
  const { user } = dismissal
  ledger.history.note(`${user} is being dismissed`)
  ledger.dismissing.add(user)
  const attempt = async () => {
    const outcome = await functions.operate((deps) => command(deps, dismissal))
    if (outcome.how === 'returned') {
      ledger.history.note(`${user} is dismissed`)
      ledger.dismissedAt.set(user, scheduler.now)
    } else scheduler.after(1000, `dismissal of ${user} again`, start)
  }
  const start = () => {
    attempt().catch((error: unknown) => ledger.history.violate('stuck', String(error)))
  }
  start()
}

async function command(deps: Deps, { user, demoted }: Dismissal): Promise<void> {
  const demotedUser = { id: user, firstname: user, lastname: '', email: '', role: 'user' }
  if (demoted) await deps.users.importUsers([demotedUser])
  else await deps.users.removeUser(user)
  await revokeUser(deps, user)
}
