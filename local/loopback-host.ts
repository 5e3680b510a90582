const LOOPBACK_HOST = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/**
 * Says why a request with this `Host` header is refused; undefined if the header names this machine by a loopback name
 * or address. The owner of a web page can make its domain name resolve to 127.0.0.1 (DNS rebinding), but the page
 * cannot change this header.
 */
export function hostProblem(host: string | undefined): string | undefined {
  if (host === undefined) return `There is no Host header. ${ADVICE}`
  if (LOOPBACK_HOST.test(host)) return undefined
  return `The host ${JSON.stringify(host.slice(0, 100))} is not this machine. ${ADVICE}`
}

const ADVICE = 'Use localhost or 127.0.0.1. A tunnel or proxy must send "Host: localhost" (see the README).'
