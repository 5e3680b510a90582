import type { About } from '../log/invocation.ts'

/** The part of an HTTP API event, payload format 2.0, that is used. */
export interface RestEvent {
  readonly routeKey: string
  /** Decoded, without the query. */
  readonly rawPath?: string
  readonly requestContext?: { readonly http: { readonly method: string }; readonly requestId?: string }
  /** The names are in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | null
  /** AWS's own test events have null here. */
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null
  readonly body?: string
  readonly isBase64Encoded: boolean
}

export interface RestResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the log says about a call. The path is left out, because the path of an unknown route can be any text. */
export const aboutEvent = ({ routeKey: route, requestContext }: RestEvent): About => ({
  route,
  gateway_request_id: requestContext?.requestId,
})
