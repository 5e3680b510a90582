/**
 * What API Gateway was documented or observed to do, each with the number of its fact (C: $connect,
 * R: routes, M: messages, F: frames, A: @connections, H: HTTP API). Whatever is marked "unverified" was
 * never proven on a live account: it stands here, once, so that a first deployment can correct it.
 */

/** Limits of a WebSocket API. Tests shorten the times; nothing else should change them. */
export interface WebSocketLimits {
  /** [F1] Bytes of one message in either direction; a longer one from the client closes with 1009. */
  readonly messageBytes: number
  /** [F1] Bytes of payload in one frame; a client has to fragment beyond, or is closed with 1009. */
  readonly frameBytes: number
  /** [C11] Characters of the handshake's URL. */
  readonly urlLength: number
  /** [F8] Milliseconds without a message in either direction, after which the connection is closed. */
  readonly idleMs: number
  /** [F8] Milliseconds after which a connection is closed however busy it is. */
  readonly lifetimeMs: number
  /** [A2] Bytes waiting for a slow client above which a post is refused. The number is unverified. */
  readonly sendBufferBytes: number
  /** Milliseconds a peer has for its half of the closing handshake. Unverified. */
  readonly closeGraceMs: number
  /** Milliseconds that closing the gateway waits for running functions. Ours: AWS has no such moment. */
  readonly drainMs: number
}

export const webSocketLimits: WebSocketLimits = {
  messageBytes: 128 * 1024,
  frameBytes: 32 * 1024,
  urlLength: 4096,
  idleMs: 10 * 60_000,
  lifetimeMs: 2 * 3_600_000,
  sendBufferBytes: 1024 * 1024,
  closeGraceMs: 2_000,
  drainMs: 1_000,
}

/** Limits of an HTTP API. */
export interface HttpLimits {
  /** [H12] Bytes of a request body. */
  readonly bodyBytes: number
  /** [H12] Bytes of the event that a function can be given; in practice this one bites first. */
  readonly eventBytes: number
  /** [H12] Bytes of request line and headers together. */
  readonly headBytes: number
}

export const httpLimits: HttpLimits = {
  bodyBytes: 10 * 1024 * 1024,
  eventBytes: 6 * 1024 * 1024,
  headBytes: 10_240,
}

/** How a connection ended, or is to end: a WebSocket close code with its reason. */
export interface Closing {
  readonly code: number
  readonly reason: string
}

/** [F9] After the idle time or the lifetime. Unverified. */
export const goingAway: Closing = { code: 1001, reason: 'Going away' }
/** [F10] After a DELETE on @connections, as $disconnect reports it. */
export const closedNormally: Closing = { code: 1000, reason: 'Connection Closed Normally' }
/** [F4] After a binary message. The reason is unverified. */
export const binaryRefused: Closing = { code: 1003, reason: '' }
/** [F1] After a message or a frame that is too long. The reason is unverified. */
export const tooLong: Closing = { code: 1009, reason: '' }
/** After text that is not UTF-8, as the WebSocket protocol has it. Unverified. */
export const notText: Closing = { code: 1007, reason: '' }
/** After frames that break the WebSocket protocol. Unverified. */
export const protocolBroken: Closing = { code: 1002, reason: '' }
/** [F11] After the connection was lost without a close frame. Unverified. */
export const lost: Closing = { code: 1006, reason: '' }

/** [F11] What $disconnect says of a close frame that gave no reason; every other code gives `""`. */
export const reasonsNotGiven: ReadonlyMap<number, string> = new Map([
  [1000, closedNormally.reason],
  [1005, 'Client-side close frame status not set'],
])

/** Texts of the frames that the platform itself sends on an open connection. */
export const frameTexts = {
  /** [M1] The function failed, or returned what a proxy integration may not return. */
  integrationFailed: 'Internal server error',
  /** [M5] The integration's time ran out. The text is unverified. */
  timedOut: 'Endpoint request timed out',
  /** [R5] No route matches and there is no `$default`. The text is unverified. */
  noRoute: 'Forbidden',
} as const

/** [C3] Status of a handshake whose $connect function failed or timed out. Unverified. */
export const CONNECT_FAILED_STATUS = 502
/** Status of an upgrade that is no valid WebSocket handshake. Unverified. */
export const BAD_HANDSHAKE_STATUS = 400
/** [C11] Status of a handshake whose URL is too long. Unverified. */
export const URL_TOO_LONG_STATUS = 414
/** [C9] Status of a request to a WebSocket API's stage that asks for no upgrade. Unverified. */
export const UPGRADE_REQUIRED_STATUS = 426
/** [C9] Status of a handshake for a path that is no stage. Unverified. */
export const UNKNOWN_STAGE_STATUS = 403

/**
 * [C2] Message in the body of a refused handshake, by status; others say the status in words. What a
 * real refusal's body holds is unverified.
 */
export const refusalTexts: ReadonlyMap<number, string> = new Map([[502, 'Internal server error']])

/** [M2] The only keys a proxy integration may return; one more makes the answer malformed. */
export const integrationResponseKeys: ReadonlySet<string> = new Set([
  'statusCode',
  'headers',
  'multiValueHeaders',
  'body',
  'isBase64Encoded',
])

/** [R4] A message that names a reserved route is treated as if it matched none. Unverified. */
export const reservedRoutes: ReadonlySet<string> = new Set(['$connect', '$disconnect', '$default'])

/** [H6] Content types whose bodies reach the function as text; all others arrive in base64. */
export const TEXT_CONTENT_TYPE = /^(?:text\/.*|application\/(?:json|xml|javascript))$/

/** Bodies of the HTTP API's own answers. */
export const httpMessages = {
  /** [H13] No route matches. */
  404: 'Not Found',
  /** [H4] The path is not well-formed. Status and text are unverified. */
  400: 'Bad Request',
  /** [H12] The body, or the event made of it, is too large. */
  413: 'Request Entity Too Large',
  /** [H12] Request line and headers are too long. Status and text are unverified. */
  431: 'Request Header Fields Too Large',
  /** [H9] The function failed or returned an impossible response. */
  500: 'Internal Server Error',
  /** [H11] The integration's time ran out. */
  503: 'Service Unavailable',
} as const

/** [H14] Status of every answer to a preflight, also to one from a foreign origin. Unverified. */
export const PREFLIGHT_STATUS = 204

/** [H8] Content type of a structured response that names none. */
export const DEFAULT_CONTENT_TYPE = 'text/plain; charset=utf-8'

/** The account that a laptop plays. */
export const LOCAL_ACCOUNT_ID = '000000000000'
