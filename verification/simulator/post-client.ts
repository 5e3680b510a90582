import type { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { gone, serverError, tooManyPosts } from './aws-errors.ts'
import type { Gateway } from './gateway.ts'
import type { Invocation } from './invocation.ts'

interface Command {
  readonly input: { readonly ConnectionId?: string; readonly Data?: string }
}

/** Creates the `@connections` client of one invocation, used by the real poster. */
export function postClientOf(invocation: Invocation, gateway: Gateway): ApiGatewayManagementApiClient {
  const { scheduler } = invocation
  const { random, history } = scheduler

  const perform = async (command: Command): Promise<object> => {
    const { ConnectionId: connection = '', Data: frame = '' } = command.input
    if (!gateway.isOpen(connection)) throw gone()
    if (command.constructor.name === 'DeleteConnectionCommand') {
      gateway.close(connection)
      return {}
    }
    const { postRefused, postFailed, postLost, falseGone } = scheduler.faults
    const inject = (fault: string) => {
      history.note(`${invocation.name} post to ${connection}: ${fault}`)
      history.count(fault)
    }
    if (random.chance(falseGone)) {
      inject('false 410')
      throw gone()
    }
    if (command.constructor.name === 'GetConnectionCommand') return {}
    if (random.chance(postRefused)) {
      inject('post refused with 429')
      throw tooManyPosts()
    }
    if (random.chance(postFailed)) {
      const arrives = random.chance(0.5)
      inject(arrives ? 'post failed with 5xx, delivered' : 'post failed with 5xx')
      if (arrives) gateway.deliver(connection, frame)
      throw serverError()
    }
    if (random.chance(postLost)) inject('post lost')
    else gateway.deliver(connection, frame)
    return {}
  }

  const send = (command: Command) =>
    new Promise<object>((resolve, reject) => {
      invocation.call({
        label: `${command.constructor.name} ${command.input.ConnectionId}`,
        slowMs: 2000,
        kind: 'post',
        apply: () => perform(command),
        attempt: () => perform(command).then(resolve, reject),
      })
    })

  return { send } as unknown as ApiGatewayManagementApiClient
}
