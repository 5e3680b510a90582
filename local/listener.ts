import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { SOCKET_PATH } from '../protocol/routes.ts'
import { UNKNOWN_STAGE_STATUS, UPGRADE_REQUIRED_STATUS } from './aws/gateway/facts.ts'
import { refuseUpgrade } from './aws/gateway/handshake.ts'
import type { HttpApi } from './aws/gateway/http-api.ts'
import type { WebSocketGateway } from './aws/gateway/websocket.ts'
import { StartError } from './data-dir.ts'
import { listen, probePort } from './network.ts'

export interface FrontOptions {
  readonly port: number
  /** Of the WebSocket API; `/<stage>` is its own address beside the site's. */
  readonly stage: string
  readonly gateway: WebSocketGateway
  readonly httpApi: HttpApi
}

export interface Front {
  /** Takes nobody any more. */
  close(): void
}

/**
 * The public port. It listens on both loopback addresses, because browsers take either for `localhost`, and
 * on no other.
 */
export async function openFront({ port, stage, gateway, httpApi }: FrontOptions): Promise<Front> {
  const isSocket = (request: IncomingMessage) => {
    const [path] = (request.url ?? '').split('?', 1)
    return path === SOCKET_PATH || path === `/${stage}`
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    if (isSocket(request)) response.writeHead(UPGRADE_REQUIRED_STATUS, { upgrade: 'websocket' }).end()
    else void httpApi(request, response)
  }
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isSocket(request)) gateway.handleUpgrade(request, socket, head)
    else refuseUpgrade(socket, UNKNOWN_STAGE_STATUS)
  }

  const servers = ['127.0.0.1', '::1'].map((host) => ({
    host,
    server: createServer(onRequest).on('upgrade', onUpgrade),
  }))
  const close = () => {
    for (const { server } of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
  try {
    for (const { host, server } of servers) {
      await listen(server, port, host).catch((error: unknown) => {
        // A machine may be without IPv6.
        const absent = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(systemCode(error))
        if (host === '127.0.0.1' || !absent) throw taken(port, error)
      })
    }
  } catch (error) {
    close()
    throw error
  }
  return { close }
}

/** The port to open later: known early, because the stack's settings name it, and a taken one is told at once. */
export async function choosePort(port: number): Promise<number> {
  try {
    return await probePort(port)
  } catch (error) {
    throw taken(port, error)
  }
}

function taken(port: number, error: unknown): unknown {
  const code = systemCode(error)
  if (code === 'EACCES') return new StartError(`Port ${port} needs more rights than this process has.`)
  if (code !== 'EADDRINUSE') return error
  const mac = process.platform === 'darwin' && port === 5000 ? ' (on macOS often the AirPlay receiver)' : ''
  return new StartError(
    `Port ${port} is taken by another program${mac}. Stop it, or choose another one: PORT=5001 npm start`,
  )
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
