import { dismissUser } from '../../lambdas/chat/connections/dismiss-user.ts'
import type { Ledger } from '../model/ledger.ts'
import { userConnectionsIn } from '../model/rows.ts'
import { type Database, tableNames } from './backend.ts'
import type { Functions } from './functions.ts'
import { queryOn } from './read-rows.ts'
import type { Scheduler } from './scheduler.ts'

export interface Dismissal {
  readonly user: string
  /** True if the user only loses the role; false if the account is removed. */
  readonly demoted: boolean
}

/**
 * Does what the operator's command does: removes or demotes the user, then closes the user's connections. Repeats this
 * until it succeeds. From then on, the user must have no connections.
 */
export async function dismiss(
  scheduler: Scheduler,
  functions: Functions,
  database: Database,
  { dismissing, dismissedAt }: Ledger,
  { user, demoted }: Dismissal,
): Promise<void> {
  const checkConnections = async () => {
    const rows = await queryOn(database)(tableNames.connections, `USER#${user}`, 'CHANNEL')
    const left = rows.flatMap((row) => userConnectionsIn(user, row).map(([key]) => key))
    if (left.length > 0) scheduler.history.violate('leak', `${left} kept by a dismissed user`, [user])
  }
  scheduler.history.note(`${user} is being dismissed`)
  dismissing.add(user)
  const attempt = async () => {
    const outcome = await functions.operate(async (deps) => {
      const demotedUser = { id: user, firstname: user, lastname: '', email: '', role: 'user' }
      if (demoted) await deps.users.importUsers([demotedUser])
      else await deps.users.removeUser(user)
      await dismissUser(deps, user)
    })
    if (outcome.how === 'returned') {
      scheduler.history.note(`${user} is dismissed`)
      dismissedAt.set(user, scheduler.now)
      scheduler.after(0, `check of the connections of ${user}`, checkConnections)
    } else scheduler.after(1000, `dismissal of ${user} again`, () => scheduler.background(attempt()))
  }
  await attempt()
}
