import { createServer, type Server } from 'node:net'

/** Opens the listener and resolves with its port; rejects with the system's error. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

/** Takes a loopback port and gives it back: a free one for 0, otherwise the same one, or the system's error. */
export async function probePort(port: number): Promise<number> {
  const server = createServer()
  const found = await listen(server, port, '127.0.0.1')
  await new Promise((resolve) => server.close(resolve))
  return found
}
