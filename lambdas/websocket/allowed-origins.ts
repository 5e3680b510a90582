const loopback = /^(http:\/\/(?:localhost|127\.0\.0\.1))(?::\d{1,5})?$/

/**
 * True if the list contains the origin, or `http://localhost:*` or `http://127.0.0.1:*` and the origin is a port of
 * that host. Only the laptop adds these two patterns: the stack's settings accept exact origins only.
 */
export function isAllowedOrigin(allowed: readonly string[], origin: string): boolean {
  const host = loopback.exec(origin)?.[1]
  return allowed.includes(origin) || (host !== undefined && allowed.includes(`${host}:*`))
}
