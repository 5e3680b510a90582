import { symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { StackModel } from '../../local/stack/model.ts'

export interface Ports {
  readonly http: number
  readonly socket: number
  /** Lambda's own API, which the queue and the schedule use. */
  readonly lambda: number
}

export interface ConfigurationOptions {
  readonly stack: StackModel
  readonly ports: Ports
  /** The complete environment of a function, by its logical id. */
  readonly environmentOf: (functionId: string) => Readonly<Record<string, string>>
}

/** The configuration of serverless-offline with the routes, functions and environments of the template. */
export function writeConfiguration(
  folder: string,
  { stack, ports, environmentOf }: ConfigurationOptions,
): void {
  const functions = Object.fromEntries(
    [...stack.functions.values()].map(({ id, codeDir, handler, timeoutMs, memoryMegabytes }) => {
      symlinkSync(codeDir, path.join(folder, id))
      const definition = {
        handler: `${id}/${handler}`,
        timeout: timeoutMs / 1000,
        memorySize: memoryMegabytes,
        environment: environmentOf(id),
        events: [...socketEvents(stack, id), ...httpEvents(stack, id)],
      }
      return [id, definition]
    }),
  )
  const configuration = {
    service: 'admin-chat',
    provider: {
      name: 'aws',
      runtime: 'nodejs20.x',
      websocketsApiRouteSelectionExpression: stack.webSocketApi.routeSelectionExpression,
    },
    plugins: ['serverless-offline'],
    custom: {
      'serverless-offline': { httpPort: ports.http, websocketPort: ports.socket, lambdaPort: ports.lambda },
    },
    functions,
  }
  writeFileSync(path.join(folder, 'serverless.json'), JSON.stringify(configuration, undefined, 2))
}

const socketEvents = ({ webSocketApi }: StackModel, id: string) =>
  [...webSocketApi.routes]
    .filter(([, { functionId }]) => functionId === id)
    .map(([route, { hasRouteResponse }]) => ({
      websocket: { route, ...(hasRouteResponse && { routeResponseSelectionExpression: '$default' }) },
    }))

const httpEvents = ({ httpApi }: StackModel, id: string) =>
  httpApi.routes
    .filter(({ functionId }) => functionId === id)
    .map(({ routeKey }) => ({ httpApi: routeKey === '$default' ? '*' : routeKey }))
