/** What the handlers read of an HTTP API event, payload format 2.0. */
export interface RestEvent {
  readonly routeKey: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly pathParameters?: Readonly<Record<string, string | undefined>>
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>>
  readonly body?: string
  readonly isBase64Encoded: boolean
}

export interface RestResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
