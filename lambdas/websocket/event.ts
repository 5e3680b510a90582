import type { About } from '../log/invocation.ts'

/** The part of API Gateway's WebSocket events that is used. Only `$connect` has headers. */
export interface SocketEvent {
  readonly requestContext: {
    readonly routeKey: string
    readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT'
    readonly connectionId: string
    readonly requestId?: string
    /** When the connection opened, epoch milliseconds: the same in every event of a connection. */
    readonly connectedAt: number
    /** When the cause of the event, such as a frame, reached API Gateway, epoch milliseconds. */
    readonly requestTimeEpoch: number
    readonly identity?: { readonly sourceIp?: string }
  }
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** If the response has any other key, API Gateway sends its own error instead. */
export interface SocketResponse {
  readonly statusCode: number
  readonly body?: string
}

/** What the log says about an event. */
export const aboutEvent = ({
  requestContext: { routeKey: route, requestId: gateway_request_id, connectionId: connection },
}: SocketEvent): About => ({ route, gateway_request_id, connection })
