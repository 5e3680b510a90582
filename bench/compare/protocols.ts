import { randomUUID } from 'node:crypto'
import type { Protocol } from './peer.ts'

/** The line that a server prints once it is ready. */
export type Ready = Readonly<{ url: string; tokens?: Readonly<Record<string, string>> }>

/** The protocol with which a user talks to a server, either in a room or only connected. */
export type ProtocolOf = (ready: Ready, user: string, room?: string) => Protocol

export const relayProtocol: ProtocolOf = ({ url }, _user, room = '') => ({
  url: `${url}/?room=${room}`,
  encode: (number, text) => JSON.stringify({ number, text }),
  decode(frame) {
    const { number, ...rest } = JSON.parse(frame)
    return { ...rest, ...(number && { acknowledged: number }) }
  },
})

/** Engine.IO 4 and Socket.IO 5 over one WebSocket, without the long polling with which their own client starts. */
export const socketIoProtocol: ProtocolOf = ({ url }, _user, room = '') => {
  const connection = randomUUID()
  return {
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
    reads: (request) => ({ history: () => request((number) => `42${number}["history"]`) }),
  }
}

export const chatProtocol: ProtocolOf = ({ url, tokens }, user, conversation_id) => {
  const connection = randomUUID()
  const read = async (path: string) => {
    const headers = { authorization: `Bearer ${tokens?.[user]}` }
    const response = await fetch(`${url}/api/admin/chat/conversations${path}?limit=10`, { headers })
    const body = await response.text()
    if (!response.ok) throw new Error(`${path}: ${body}`)
  }
  return {
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
      if (type === 'authenticated' && conversation_id === undefined) return { isReady: true }
      if (type === 'authenticated')
        return { reply: JSON.stringify({ type: 'join_conversation', conversation_id }) }
      if (type === 'joined_conversation') return { isReady: true }
      if (type === 'message_sent') return { acknowledged: Number(request_id) }
      if (type === 'new_message') return { text: message.content }
      if (type === 'error') throw new Error(`the chat refused a request: ${message}`)
      return {}
    },
    reads: () => ({ history: () => read(`/${conversation_id}/messages`), list: () => read('') }),
  }
}
