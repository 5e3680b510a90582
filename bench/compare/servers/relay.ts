/** The minimum of a chat server: acknowledges each text and passes it on to the other sockets of the room. */
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { announce } from './announce.ts'

const rooms = new Map<string, Set<WebSocket>>()
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
server.on('connection', (socket, request) => {
  const name = new URL(request.url ?? '', 'ws://localhost').searchParams.get('room') ?? ''
  const room = rooms.get(name) ?? new Set()
  rooms.set(name, room.add(socket))
  socket.on('message', (data) => {
    const { number, text } = JSON.parse(String(data))
    socket.send(JSON.stringify({ number }))
    const push = JSON.stringify({ text })
    for (const other of room) if (other !== socket) other.send(push)
  })
  socket.on('close', () => room.delete(socket))
  socket.send(JSON.stringify({ isReady: true }))
})
server.on('listening', () => {
  const { port } = server.address() as AddressInfo
  announce({ url: `ws://127.0.0.1:${port}` }, async () => {})
})
