import type { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { type Faults, gone, serverError, tooManyPosts } from './faults.ts'
import type { Invocation } from './invocation.ts'

/** Where posts go. */
export interface Line {
  isOpen(connection: string): boolean
  /** The frame goes out to the client; it arrives a little later, or never if the line is dead. */
  deliver(connection: string, frame: string): void
  close(connection: string): void
}

interface Command {
  readonly input: { readonly ConnectionId?: string; readonly Data?: string }
}

/** `@connections` for one invocation: the real poster runs on it. */
export function postClientOf(
  invocation: Invocation,
  line: Line,
  faults: () => Faults,
): ApiGatewayManagementApiClient {
  const { scheduler } = invocation
  const { random, history } = scheduler

  const happen = (command: Command): void => {
    const { ConnectionId: connection = '', Data: frame = '' } = command.input
    if (!line.isOpen(connection)) throw gone()
    if (command.constructor.name === 'DeleteConnectionCommand') {
      line.close(connection)
      return
    }
    const { postRefused, postFailed, postLost, falseGone } = faults()
    const fate = (what: string) => {
      history.note(`${invocation.name} post to ${connection}: ${what}`)
      history.count(what)
    }
    if (random.chance(falseGone)) {
      fate('false 410')
      throw gone()
    }
    if (random.chance(postRefused)) {
      fate('post refused with 429')
      throw tooManyPosts()
    }
    if (random.chance(postFailed)) {
      const arrives = random.chance(0.5)
      fate(arrives ? 'post failed with 5xx, delivered' : 'post failed with 5xx')
      if (arrives) line.deliver(connection, frame)
      throw serverError()
    }
    if (random.chance(postLost)) fate('post lost')
    else line.deliver(connection, frame)
  }

  const quietly = async (command: Command) => {
    try {
      happen(command)
    } catch {
      // Nobody is left to hear of it.
    }
  }

  const send = (command: Command) =>
    new Promise<object>((resolve, reject) => {
      const slow = random.chance(faults().slow)
      const label = `${invocation.name} post to ${command.input.ConnectionId}`
      const at = scheduler.now + random.below(slow ? 2000 : 30)
      scheduler.add({
        label,
        at,
        owner: invocation,
        orphaned: () => quietly(command),
        run: async () => {
          if (random.chance(faults().crash)) {
            if (random.chance(0.5)) await quietly(command)
            invocation.die('crash')
            return
          }
          try {
            happen(command)
            resolve({})
          } catch (error) {
            reject(error)
          }
        },
      })
    })

  return { send } as unknown as ApiGatewayManagementApiClient
}
