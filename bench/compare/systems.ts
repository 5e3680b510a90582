import { randomUUID } from 'node:crypto'
import type { Peer, Protocol } from './peer.ts'
import { connect } from './peer.ts'
import { type Process, startServer } from './process.ts'

/** The users of each room, by the room's name. */
export type Rooms = Readonly<Record<string, readonly string[]>>

/** A running server. */
export interface Server extends Process {
  connect(user: string, room: string): Promise<Peer>
}

/** This chat, or a system that it is compared with. */
export interface System {
  readonly name: string
  /** What survives a crash of the server. */
  readonly keeps: string
  start(rooms: Rooms): Promise<Server>
}

type Ready = Readonly<{ url: string; tokens?: Readonly<Record<string, string>> }>

const system = (
  name: string,
  keeps: string,
  [file, ...args]: readonly [string, ...string[]],
  protocolOf: (ready: Ready, user: string, room: string) => Protocol,
): System => ({
  name,
  keeps,
  async start(rooms) {
    const { ready, ...server } = await startServer<Ready>(file, [...args, JSON.stringify(rooms)])
    return { ...server, connect: (user, room) => connect(protocolOf(ready, user, room)) }
  },
})

const relayProtocol = ({ url }: Ready, _user: string, room: string): Protocol => ({
  url: `${url}/?room=${room}`,
  encode: (number, text) => JSON.stringify({ number, text }),
  decode(frame) {
    const { number, ...rest } = JSON.parse(frame)
    return { ...rest, ...(number && { acknowledged: number }) }
  },
})

/** Engine.IO 4 and Socket.IO 5 over one WebSocket, without the long-polling start of their own client. */
const socketIoProtocol = (
  { url }: Ready,
  _user: string,
  room: string,
  connection = randomUUID(),
): Protocol => ({
  url: `${url}/socket.io/?EIO=4&transport=websocket&room=${room}`,
  encode: (number, text) => `42${number}${JSON.stringify(['send', `${connection}-${number}`, text])}`,
  decode(frame) {
    if (frame.startsWith('0')) return { reply: '40' }
    if (frame.startsWith('40')) return { isReady: true }
    if (frame === '2') return { reply: '3' }
    const acknowledgment = /^43(\d+)\[/.exec(frame)
    if (acknowledgment) return { acknowledged: Number(acknowledgment[1]) }
    return { text: JSON.parse(frame.slice(2))[1] }
  },
})

export const chatProtocol = (
  { url, tokens }: Ready,
  user: string,
  conversation_id: string,
  connection = randomUUID(),
): Protocol => ({
  url: `${url.replace('http', 'ws')}/ws/chat`,
  greeting: JSON.stringify({ type: 'authenticate', token: tokens?.[user] }),
  encode: (number, text) =>
    JSON.stringify({
      type: 'send_message',
      conversation_id,
      message: { content: text },
      client_message_id: `${connection}-${number}`,
      request_id: String(number),
    }),
  decode(frame) {
    const { type, message, request_id } = JSON.parse(frame)
    if (type === 'authenticated')
      return { reply: JSON.stringify({ type: 'join_conversation', conversation_id }) }
    if (type === 'joined_conversation') return { isReady: true }
    if (type === 'message_sent') return { acknowledged: Number(request_id) }
    if (type === 'new_message') return { text: message.content }
    if (type === 'error') throw new Error(`the chat refused a request: ${message}`)
    return {}
  },
})

export const systems: readonly System[] = [
  system('admin-chat', 'everything', ['chat.ts'], chatProtocol),
  system('Socket.IO with SQLite', 'everything', ['socket-io.ts', 'durable'], socketIoProtocol),
  system('Socket.IO in memory', 'nothing', ['socket-io.ts', 'memory'], socketIoProtocol),
  system('ws relay', 'nothing', ['relay.ts'], relayProtocol),
]
