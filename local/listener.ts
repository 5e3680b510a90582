import { createServer, IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { UPGRADE_REQUIRED_STATUS } from './aws/gateway/gateway-constants.ts'
import { refuseUpgrade } from './aws/gateway/handshake.ts'
import { LOCAL_USERS_PATH } from './local-users.ts'
import type { Log } from './log.ts'
import { hostProblem } from './loopback-host.ts'
import { listen, probePort } from './network.ts'
import type { Platform } from './platform.ts'
import { StartError, systemCode } from './start-error.ts'
import { elapsed, type Trace } from './trace.ts'

export interface ListenerOptions extends Pick<Platform, 'gateway' | 'distribution'> {
  readonly port: number
  /**
   * Stage of the WebSocket API. The path `/<stage>` reaches that API directly; all other paths belong to the
   * distribution.
   */
  readonly stage: string
  /** Answers `GET /local/users`, which is not a part of the stack. */
  readonly localUsers: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  readonly log: Log
  /** Receives a line for each HTTP request. @default - none */
  readonly trace?: Trace | undefined
}

/** The hosts of the public port: browsers resolve `localhost` to either loopback address. */
const hosts = ['127.0.0.1', '::1']

const FOREIGN_HOST_STATUS = 403

/** Opens the public port, on loopback only. Resolves with a function that closes it and the open HTTP connections. */
export async function openListener(options: ListenerOptions): Promise<() => void> {
  const { port, stage, distribution, localUsers, gateway, log, trace } = options

  const refusalOf = ({ headers }: IncomingMessage) => {
    const message = hostProblem(headers.host)
    if (message !== undefined) log('gateway', `refused a request: ${message}`)
    return message
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const path = pathOf(request)
    if (trace) traceRequest(request, response, trace)
    if (path === LOCAL_USERS_PATH) return void localUsers(request, response)
    const message = refusalOf(request)
    if (message !== undefined) {
      response.writeHead(FOREIGN_HOST_STATUS, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ message }))
    } else if (path === `/${stage}`)
      response.writeHead(UPGRADE_REQUIRED_STATUS, { upgrade: 'websocket' }).end()
    else distribution.handleRequest(request, response)
  }
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const message = refusalOf(request)
    if (message !== undefined) return refuseUpgrade(socket, FOREIGN_HOST_STATUS, { message })
    const api = pathOf(request) === `/${stage}` ? gateway : distribution
    api.handleUpgrade(request, socket, head)
  }

  const createHost = () =>
    createServer({ IncomingMessage: ClientRequest }, onRequest).on('upgrade', onUpgrade)
  const servers = hosts.map((host) => ({ host, server: createHost() }))
  const close = () => {
    for (const { server } of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
  try {
    for (const { host, server } of servers) {
      await listen(server, port, host).catch((error: unknown) => {
        // Some machines have no IPv6.
        const isAbsent = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(systemCode(error))
        if (host === '127.0.0.1' || !isAbsent) throw portError(port, error)
      })
    }
  } catch (error) {
    close()
    throw error
  }
  return close
}

/**
 * Node treats every request with an `Upgrade` header as a handshake, whatever the protocol; only version 24 and later
 * can switch this off. A header for another protocol is ignored here, as RFC 9110 (7.8) allows and API Gateway does,
 * because Java's HTTP client sends `h2c` with every request. A header on a path of Socket.IO is ignored too, so that
 * clients of Socket.IO get an answer.
 */
class ClientRequest extends IncomingMessage {
  /** Node's parser sets it, and Node reads it when the headers are known. */
  set upgrade(asks: boolean | null) {
    if (asks) upgrading.add(this)
    else upgrading.delete(this)
  }
  get upgrade(): boolean {
    if (!upgrading.has(this)) return false
    const isWebSocket = this.headers.upgrade?.toLowerCase().includes('websocket') ?? false
    return this.method === 'CONNECT' || (isWebSocket && !pathOf(this).startsWith('/socket.io'))
  }
}

/**
 * Requests that ask for another protocol. They are not marked by a field of the class, because the parent's constructor
 * writes `upgrade` before such a field exists.
 */
const upgrading = new WeakSet<IncomingMessage>()

/**
 * Checks the port before anything is started, so that a port that is in use is reported at once. For 0, picks a free
 * port.
 */
export async function choosePort(port: number): Promise<number> {
  try {
    return await probePort(port)
  } catch (error) {
    throw portError(port, error)
  }
}

function portError(port: number, error: unknown): unknown {
  const code = systemCode(error)
  const other = 'choose another one: PORT=5001 npm start'
  if (code === 'EACCES') return new StartError(`Port ${port} is reserved for privileged processes; ${other}`)
  if (code !== 'EADDRINUSE') return error
  const mac = process.platform === 'darwin' && port === 5000 ? ' (on macOS often the AirPlay receiver)' : ''
  return new StartError(`Port ${port} is taken by another program${mac}. Stop it, or ${other}`)
}

/** The path without the query, which may contain the text that a user searches for. */
function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? ''
}

/** The path without ids of users, which can be e-mail addresses and must not be in any log. */
const traceablePath = (request: IncomingMessage) => pathOf(request).replace(/(\/participants\/)[^/]+/, '$1…')

function traceRequest(request: IncomingMessage, response: ServerResponse, trace: Trace): void {
  const startedAt = performance.now()
  response.once('close', () => {
    const outcome = response.writableFinished ? response.statusCode : 'aborted'
    trace(`${request.method} ${traceablePath(request)} ${outcome} ${elapsed(startedAt)}`)
  })
}
