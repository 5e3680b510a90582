/**
 * Numbers and texts of API Gateway, as documented or observed. docs/api-gateway.md gives the evidence. Values marked
 * "unverified" were never confirmed on a live account; each is kept only here, so that it can easily be corrected after
 * a first deployment.
 */

/** Limits of a WebSocket API. Only tests and faults should change them. */
export const webSocketLimits = {
  /** Size of one message in either direction. A longer message from the client closes the connection with 1009. */
  messageBytes: 128 * 1024,
  /** Payload of one frame; a client must fragment longer messages, or its connection is closed with 1009. */
  frameBytes: 32 * 1024,
  /** Characters in the handshake's URL. */
  urlLength: 4096,
  /** A connection without messages in either direction is closed after this time. */
  idleMs: 10 * 60_000,
  /** Every connection is closed after this time, however busy it is. */
  lifetimeMs: 2 * 3_600_000,
  /** Posts are refused while more than this is buffered for a slow client. The number is unverified. */
  sendBufferBytes: 1024 * 1024,
  /** How long a peer may take to answer a close frame. Unverified. */
  closeGraceMs: 2_000,
  /** How long closing the gateway waits for running functions. Not an AWS limit: AWS never shuts down. */
  drainMs: 1_000,
}
export type WebSocketLimits = Readonly<typeof webSocketLimits>

/** Limits of an HTTP API. */
export const httpLimits = {
  /** Size of a request body. */
  bodyBytes: 10 * 1024 * 1024,
  /** Size of the event that Lambda accepts; in practice this limit applies first. */
  eventBytes: 6 * 1024 * 1024,
  /** Size of the request line and headers together. */
  headBytes: 10_240,
}
export type HttpLimits = Readonly<typeof httpLimits>

/** A WebSocket close code with its reason. */
export interface Closing {
  readonly code: number
  readonly reason: string
}

/** After the idle time or the lifetime. Unverified. */
export const goingAway: Closing = { code: 1001, reason: 'Going away' }
/** After a DELETE on @connections, as $disconnect reports it. */
export const closedNormally: Closing = { code: 1000, reason: 'Connection Closed Normally' }
/** After a binary message. The reason is unverified. */
export const binaryRefused: Closing = { code: 1003, reason: '' }
/** After a message or frame that is too long. The reason is unverified. */
export const tooLong: Closing = { code: 1009, reason: '' }
/** After text that is not UTF-8, as RFC 6455 prescribes. Unverified. */
export const notText: Closing = { code: 1007, reason: '' }
/** After frames that violate the WebSocket protocol. Unverified. */
export const protocolError: Closing = { code: 1002, reason: '' }
/** After the connection was lost without a close frame. Unverified. */
export const lost: Closing = { code: 1006, reason: '' }

/** The reason in $disconnect when the close frame had none, by close code; for all other codes it is `""`. */
export const defaultReasons: ReadonlyMap<number, string> = new Map([
  [1000, closedNormally.reason],
  [1005, 'Client-side close frame status not set'],
])

/** Messages of the error frames that API Gateway sends on an open connection. */
export const frameTexts = {
  /** The function failed, or returned a malformed proxy response. */
  failed: 'Internal server error',
  /** Lambda refused the invocation because too many were running. Unverified. */
  throttled: 'Internal server error',
  /** The integration timed out. The text is unverified. */
  timedOut: 'Endpoint request timed out',
  /** No route matches and there is no `$default`. The text is unverified. */
  noRoute: 'Forbidden',
} as const

/** Refuses a handshake whose $connect function failed, timed out or was throttled by Lambda. Unverified. */
export const CONNECT_FAILED_STATUS = 502
/** Refuses an upgrade that is not a valid WebSocket handshake. Unverified. */
export const BAD_HANDSHAKE_STATUS = 400
/** Refuses a handshake whose URL is too long. Unverified. */
export const URL_TOO_LONG_STATUS = 414
/** Response to a plain HTTP request for the stage of a WebSocket API. Unverified. */
export const UPGRADE_REQUIRED_STATUS = 426
/** Refuses a handshake for a path that is not a stage. Unverified. */
export const UNKNOWN_STAGE_STATUS = 403

/** Messages in the body of a refused handshake, by status; the default is the status phrase. The body is unverified. */
export const refusalTexts: ReadonlyMap<number, string> = new Map([[502, 'Internal server error']])

/** The only keys allowed in a proxy response; any other key makes the response malformed. */
export const integrationResponseKeys: ReadonlySet<string> = new Set([
  'statusCode',
  'headers',
  'multiValueHeaders',
  'body',
  'isBase64Encoded',
])

/** A message that selects a reserved route is treated as if it matched no route. Unverified. */
export const reservedRoutes: ReadonlySet<string> = new Set(['$connect', '$disconnect', '$default'])

/** Content types of bodies that are passed to the function as text; all others are encoded as base64. */
export const TEXT_CONTENT_TYPE = /^(?:text\/.*|application\/(?:json|xml|javascript))$/

/** Messages in the HTTP API's own responses. */
export const httpMessages = {
  /** No route matches. */
  404: 'Not Found',
  /** The path is malformed. Status and text are unverified. */
  400: 'Bad Request',
  /** The body, or the event built from it, is too large. */
  413: 'Request Entity Too Large',
  /** The request line and headers are too long. Status and text are unverified. */
  431: 'Request Header Fields Too Large',
  /** The function failed or returned a malformed response. */
  500: 'Internal Server Error',
  /** The integration timed out, or Lambda refused the invocation. */
  503: 'Service Unavailable',
} as const

/**
 * Status of an HTTP API's response if the function returned none. The status for a throttled invocation is unverified.
 */
export const FAILURE_STATUS = { failed: 500, throttled: 503, timedOut: 503 } as const

/** Status of every preflight response, including those to origins that are not allowed. Unverified. */
export const PREFLIGHT_STATUS = 204

/** The content type of a structured response that has none. */
export const DEFAULT_CONTENT_TYPE = 'text/plain; charset=utf-8'
