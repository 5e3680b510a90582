import type { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { gone, serverError, tooManyPosts } from './aws-errors.ts'
import type { FaultRates } from './fault-rates.ts'
import type { Invocation } from './invocation.ts'

/** The connections of the gateway, as posts see them. */
export interface Connections {
  isOpen(connection: string): boolean
  /** Sends a frame to the client. It arrives a little later, or never if the connection is broken. */
  deliver(connection: string, frame: string): void
  close(connection: string): void
}

interface Command {
  readonly input: { readonly ConnectionId?: string; readonly Data?: string }
}

/** Creates the `@connections` client of one invocation, used by the real poster. */
export function postClientOf(
  invocation: Invocation,
  connections: Connections,
  faults: () => FaultRates,
): ApiGatewayManagementApiClient {
  const { scheduler } = invocation
  const { random, history } = scheduler

  const perform = (command: Command): void => {
    const { ConnectionId: connection = '', Data: frame = '' } = command.input
    if (!connections.isOpen(connection)) throw gone()
    if (command.constructor.name === 'DeleteConnectionCommand') {
      connections.close(connection)
      return
    }
    const { postRefused, postFailed, postLost, falseGone } = faults()
    const inject = (fault: string) => {
      history.note(`${invocation.name} post to ${connection}: ${fault}`)
      history.count(fault)
    }
    if (random.chance(falseGone)) {
      inject('false 410')
      throw gone()
    }
    if (random.chance(postRefused)) {
      inject('post refused with 429')
      throw tooManyPosts()
    }
    if (random.chance(postFailed)) {
      const arrives = random.chance(0.5)
      inject(arrives ? 'post failed with 5xx, delivered' : 'post failed with 5xx')
      if (arrives) connections.deliver(connection, frame)
      throw serverError()
    }
    if (random.chance(postLost)) inject('post lost')
    else connections.deliver(connection, frame)
  }

  const performSilently = async (command: Command) => {
    try {
      perform(command)
    } catch {
      // The invocation has ended, so the error reaches no one.
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
        orphaned: () => performSilently(command),
        run: async () => {
          if (random.chance(faults().crash)) {
            if (random.chance(0.5)) await performSilently(command)
            invocation.crash('at a call')
            return
          }
          try {
            perform(command)
            resolve({})
          } catch (error) {
            reject(error)
          }
        },
      })
    })

  return { send } as unknown as ApiGatewayManagementApiClient
}
