/** What pages of the allowed origins may request over REST. */
export const corsPolicy = {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  // In browsers, the wildcard covers every header except `authorization`.
  headers: ['authorization', 'content-type', '*'],
  maxAgeSeconds: 3600,
} as const

/** The scheme and host of an app's pages, such as `capacitor://localhost`, with an optional port. */
const appOrigin = /^(?!(?:https?|wss?|ftp|file):)[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9._-]+(?::\d{1,5})?$/

/** An origin that API Gateway accepts in the CORS configuration of an HTTP API, which allows only http and https. */
export const isWebOrigin = (origin: string): boolean =>
  /^https?:\/\/[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin

/**
 * True for an origin exactly as clients send it: a site, an app with a scheme of its own, or the word `null`, which
 * stands for every sandboxed page and every local file.
 */
export const isExactOrigin = (origin: string): boolean =>
  isWebOrigin(origin) || appOrigin.test(origin) || origin === 'null'

/** Reads a comma-separated list. */
export const splitOrigins = (list: string): readonly string[] =>
  list
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '')

/**
 * True if pages of this host have the origin. Without https only a host on this machine is trusted: the pages of any
 * other host can be changed on the way.
 */
export const isOriginOf = (host: string | undefined, origin: string): boolean =>
  host !== undefined &&
  (origin === `https://${host}` || (origin === `http://${host}` && loopback.test(origin)))

const loopback = /^(http:\/\/(?:localhost|127\.0\.0\.1))(?::\d{1,5})?$/

/**
 * True if the list contains the origin. Also true if the list contains `http://localhost:*` or `http://127.0.0.1:*`,
 * and the origin is that host with any port. Only the laptop adds these two patterns: settings accept exact origins
 * only.
 */
export function isAllowedOrigin(allowed: readonly string[], origin: string): boolean {
  const host = loopback.exec(origin)?.[1]
  return allowed.includes(origin) || (host !== undefined && allowed.includes(`${host}:*`))
}
