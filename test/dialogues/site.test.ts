import { expect, inject, it } from 'vitest'
import { WebSocket } from 'ws'
import { anAdmin } from '../support/chat.ts'

/** The status of a handshake: 101, or the one that it was refused with. */
const handshake = (path: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(inject('url').replace('http:', 'ws:') + path, { headers })
    socket.once('open', () => {
      socket.close()
      resolve(101)
    })
    socket.once('unexpected-response', (request, response) => {
      request.destroy()
      resolve(response.statusCode)
    })
    socket.once('error', reject)
  })

it('[SITE-7] a handshake from a page of the site is accepted, although the setting does not list it', async () => {
  const { host, port } = new URL(inject('url'))
  expect(await handshake('/ws/chat', { origin: `http://${host}` })).toBe(101)
  for (const origin of [`https://${host}.example`, `http://127.0.0.1:${port}`, 'http://localhost', 'null']) {
    expect(await handshake('/ws/chat', { origin }), origin).toBe(403)
  }
})

it('[SITE-7] a client that bypasses the site cannot pass for one of its pages', async () => {
  const forged = {
    origin: 'https://evil.example',
    'chat-viewer-host': 'evil.example',
    'chat-site-secret': 'guessed',
  }
  expect(await handshake('/prod', forged)).toBe(403)
  expect(await handshake('/ws/chat', forged)).toBe(403)
})

it('[SITE-1] [SITE-2] the page is at every address of a conversation, and the errors of the API are its own', async () => {
  const get = async (path: string) => await fetch(inject('url') + path)
  const page = await get('/c/6KF78E2kRLOvGyjYCZlFfQ')
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  const unknown = await get('/api/nothing')
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { success: false, code: 'not_found' }])
})

it('[LOCAL-4] a token of /local/users signs the user in', async () => {
  await anAdmin()
  const answer: unknown = await (await fetch(`${inject('url')}/local/users`)).json()
  const { users } = answer as { users: { token: string }[] }
  const headers = { authorization: `Bearer ${users[0]?.token}` }
  expect((await fetch(`${inject('url')}/api/admin/chat/conversations`, { headers })).status).toBe(200)
})
