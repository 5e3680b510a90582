import type { ServerResponse } from 'node:http'
import { place } from '../../stack/names.ts'
import { type AwsCall, type AwsError, sendError, sendJson } from '../calls.ts'
import type { Authorize } from '../iam/authorize.ts'
import type { ConnectionsApi } from './connections.ts'

/** The error response for each outcome. */
const errors = {
  ill_formed_id: { status: 400, type: 'BadRequestException', message: 'Invalid connectionId' },
  gone: { status: 410, type: 'GoneException', message: 'The connection is gone' },
  too_large: { status: 413, type: 'PayloadTooLargeException', message: 'Payload is too large' },
  limit_exceeded: { status: 429, type: 'LimitExceededException', message: 'Client side buffer is full' },
  failed: { status: 500, type: 'InternalServerError', message: 'Internal server error' },
} as const satisfies Record<string, AwsError>

const forbidden = (message: string): AwsError => ({ status: 403, type: 'ForbiddenException', message })

/** Emulates the `@connections` management API of the stack's WebSocket API. */
export function createManagementApi(
  api: { readonly apiId: string; readonly stage: string },
  connections: ConnectionsApi,
  authorize: Authorize,
) {
  return async (call: AwsCall, response: ServerResponse): Promise<void> => {
    const [, stage, id] = /^\/([^/]+)\/@connections\/([^/]+)$/.exec(call.path) ?? []
    if (stage !== api.stage || id === undefined) {
      sendError(response, forbidden('Forbidden'))
      return
    }
    const connectionId = decode(id)
    const resource =
      `arn:${place.partition}:execute-api:${place.region}:${place.account}:` +
      `${api.apiId}/${stage}/${call.operation}/@connections/${connectionId}`
    const denied = authorize(call.identity, [{ action: 'execute-api:ManageConnections', resource }])
    if (denied) {
      sendError(response, forbidden(denied))
      return
    }

    const result = await perform(connections, call, connectionId)
    if (!result) {
      sendError(response, forbidden('Forbidden'))
      return
    }
    switch (result.outcome) {
      case 'delivered':
        response.writeHead(200, { 'content-length': 0 }).end()
        return
      case 'deleted':
        response.writeHead(204).end()
        return
      case 'found':
        sendJson(response, 200, result.connection)
        return
      default:
        sendError(response, errors[result.outcome])
    }
  }
}

async function perform(connections: ConnectionsApi, { operation, body }: AwsCall, connectionId: string) {
  if (operation === 'POST') return connections.post(connectionId, body)
  if (operation === 'GET') return connections.get(connectionId)
  if (operation === 'DELETE') return connections.delete(connectionId)
  return undefined
}

/** An id that cannot be decoded is passed on unchanged and then rejected as ill-formed. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
