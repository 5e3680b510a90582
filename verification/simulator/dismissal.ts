import { revokeUser } from '../../lambdas/chat/connections/revoke.ts'
import type { Deps } from '../../lambdas/chat/deps.ts'
import type { Record } from '../model/record.ts'
import type { Functions } from './functions.ts'
import type { Scheduler } from './scheduler.ts'

export interface Dismissal {
  readonly user: string
  /** Keeps the account and loses the role, instead of both. */
  readonly demoted: boolean
}

/** What an operator's command does: first the user, then the user's connections; again until it has succeeded. */
export function dismiss(
  scheduler: Scheduler,
  functions: Functions,
  record: Record,
  dismissal: Dismissal,
): void {
  const { user } = dismissal
  record.history.note(`${user} is being dismissed`)
  record.dismissing.add(user)
  const attempt = async () => {
    const outcome = await functions.operate((deps) => command(deps, dismissal))
    if (outcome.how === 'returned') {
      record.history.note(`${user} is dismissed`)
      record.dismissedAt.set(user, scheduler.now)
    } else scheduler.after(1000, `${user} is dismissed again`, start)
  }
  const start = () => {
    attempt().catch((error: unknown) => record.history.violate('stuck', String(error)))
  }
  start()
}

async function command(deps: Deps, { user, demoted }: Dismissal): Promise<void> {
  const nobody = { id: user, firstname: user, lastname: '', email: '', role: 'user' }
  if (demoted) await deps.users.importUsers([nobody])
  else await deps.users.removeUser(user)
  await revokeUser(deps, user)
}
