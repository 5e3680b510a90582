import { spawnSync } from 'node:child_process'
import { connect, type Peer } from './peer.ts'
import { type Process, PYTHON, startServer } from './process.ts'
import { chatProtocol, type ProtocolOf, type Ready, relayProtocol, socketIoProtocol } from './protocols.ts'

const FLASK_PACKAGES = 'python3-flask-socketio python3-gevent python3-gevent-websocket'

export interface Room {
  readonly users: readonly string[]
  /** How many texts the room has before the measurement, if the system keeps texts. @default 0 */
  readonly texts?: number
}

export type Rooms = Readonly<Record<string, Room>>

/** A running server. */
export interface Server extends Process {
  /** Without a room, the connection only waits. */
  connect(user: string, room?: string): Promise<Peer>
}

/** This chat, or a system that it is compared with. */
export interface System {
  readonly name: string
  /** What survives a crash of the server. */
  readonly keeps: 'everything' | 'nothing'
  start(rooms: Rooms): Promise<Server>
}

const system = (
  name: string,
  keeps: System['keeps'],
  [file, ...args]: readonly [string, ...string[]],
  protocolOf: ProtocolOf,
): System => ({
  name,
  keeps,
  async start(rooms) {
    const { ready, ...server } = await startServer<Ready>(file, [...args, JSON.stringify(rooms)])
    return { ...server, connect: (user, room) => connect(protocolOf(ready, user, room)) }
  },
})

export const thisChat = system('admin-chat', 'everything', ['chat.ts'], chatProtocol)

/** Flask-SocketIO takes part where Debian's package is installed. */
export function installedSystems(): readonly System[] {
  const hasFlask = spawnSync(PYTHON, ['-c', 'import flask_socketio, geventwebsocket']).status === 0
  if (!hasFlask) console.error(`Without Flask-SocketIO: apt-get install ${FLASK_PACKAGES}`)
  return [
    thisChat,
    system('Socket.IO with SQLite', 'everything', ['socket-io.ts', 'durable'], socketIoProtocol),
    system('Socket.IO in memory', 'nothing', ['socket-io.ts', 'memory'], socketIoProtocol),
    ...(hasFlask ? [system('Flask-SocketIO', 'nothing', ['flask-socketio.py'], socketIoProtocol)] : []),
    system('ws relay', 'nothing', ['relay.ts'], relayProtocol),
  ]
}
