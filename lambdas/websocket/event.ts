/** What the handlers read of API Gateway's WebSocket events; headers come with `$connect` alone. */
export interface SocketEvent {
  readonly requestContext: {
    readonly routeKey: string
    readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT'
    readonly connectionId: string
    readonly identity?: { readonly sourceIp?: string }
  }
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** API Gateway answers with an error of its own if it finds any other key here. */
export interface SocketResponse {
  readonly statusCode: number
  readonly body?: string
}
