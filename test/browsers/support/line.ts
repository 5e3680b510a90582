import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The network between a browser and the chat, which a test can cut. */
export interface Line {
  readonly port: number
  /** Drops all connections and refuses new ones. */
  cut(): void
  mend(): void
  close(): void
}

/** Opens a port on loopback whose connections lead to the port of the chat. */
export async function openLine(target: number): Promise<Line> {
  const sockets = new Set<Socket>()
  let isCut = false
  const hold = (socket: Socket) => {
    sockets.add(socket)
    // A connection that is cut fails on both sides.
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    hold(near)
    if (isCut) return void near.destroy()
    const far = connect(target, '127.0.0.1')
    hold(far)
    near.pipe(far).pipe(near)
    near.once('close', () => far.destroy())
    far.once('close', () => near.destroy())
  })
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    mend: () => {
      isCut = false
    },
    close: () => {
      server.close()
      cut()
    },
  }
}
