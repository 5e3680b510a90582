import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/** Starts listening and resolves with the port; rejects with the system's error. */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen({ port, host, exclusive: true })
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : port
}

/**
 * Checks that a loopback port is free, and resolves with it; for 0, picks a free port. Rejects with the system's error.
 */
export async function probePort(port: number, host = '127.0.0.1'): Promise<number> {
  const server = createServer()
  const found = await listen(server, port, host)
  await new Promise((resolve) => server.close(resolve))
  return found
}
