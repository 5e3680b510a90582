import { arn } from '../../stack/names.ts'
import type { AwsCall, AwsError, AwsReply } from '../calls.ts'
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
  return async ({ identity, operation, path, body }: AwsCall): Promise<AwsReply> => {
    const [, stage, id] = /^\/([^/]+)\/@connections\/([^/]+)$/.exec(path) ?? []
    if (stage !== api.stage || id === undefined) return forbidden('Forbidden')
    const connectionId = decode(id)
    const resource = arn('execute-api', `${api.apiId}/${stage}/${operation}/@connections/${connectionId}`)
    const denied = authorize(identity, [{ action: 'execute-api:ManageConnections', resource }])
    if (denied) return forbidden(denied)

    if (operation === 'POST') {
      const { outcome } = await connections.post(connectionId, body)
      return outcome === 'delivered' ? { status: 200 } : errors[outcome]
    }
    if (operation === 'GET') {
      const result = await connections.get(connectionId)
      return result.outcome === 'found' ? { status: 200, body: result.connection } : errors[result.outcome]
    }
    if (operation === 'DELETE') {
      const { outcome } = await connections.delete(connectionId)
      return outcome === 'deleted' ? { status: 204 } : errors[outcome]
    }
    return forbidden('Forbidden')
  }
}

/** An id that cannot be decoded is passed on unchanged and then rejected as ill-formed. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
