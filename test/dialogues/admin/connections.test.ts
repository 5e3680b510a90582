import { describe, expect, inject, it } from 'vitest'
import { kickCommand } from '../../../cli/admin/kick.ts'
import { whoCommand } from '../../../cli/admin/who/command.ts'
import { userHash } from '../../../lambdas/log/user-hash.ts'
import { readRuntimeFile } from '../../../local/runtime-file.ts'
import { adminJson, runAdmin } from '../../support/admin.ts'
import { anAdmin, aPair, joined } from '../../support/chat.ts'
import { openSocket } from '../../support/socket.ts'
import { openStores } from '../../support/stores.ts'

const stores = openStores()
const dataDir = inject('dataDir')
const who = (...args: readonly string[]) => runAdmin(dataDir, whoCommand(), ...args)
const kick = (...args: readonly string[]) => runAdmin(dataDir, kickCommand(), ...args)
/** How the log names a user. */
const hashOf = (user: string) => userHash(readRuntimeFile(dataDir)?.outputs['LogSalt'] ?? '', user)
const open = (socket: { readonly connectionId: string }) => socket.connectionId

describe('who', () => {
  it('[OPS-30] shows every connection of every user with its times and what it has joined, and no address', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a1, a2] = [await joined(ada, conversation), await ada.connect()]
    const b = await bob.connect()
    const { connected } = await adminJson(dataDir, whoCommand())
    const own = connected.filter(({ user }: { user: string }) => [ada.id, bob.id].includes(user))
    expect(own).toEqual([
      expect.objectContaining({ user: ada.id, connection: open(a1), joined: [conversation] }),
      expect.objectContaining({ user: ada.id, connection: open(a2), joined: [] }),
      expect.objectContaining({ user: bob.id, connection: open(b), joined: [] }),
    ])
    expect(Object.keys(own[0])).toEqual([
      'user',
      'connection',
      'since',
      'heard_at',
      'token_expires_at',
      'joined',
    ])
    expect(JSON.stringify(connected)).not.toContain('127.0.0.1')
  })

  it('[OPS-30] shows one user in columns, with the conversations of each connection', async () => {
    const { ada, conversation } = await aPair()
    const socket = await joined(ada, conversation)
    const { lines, code } = await who(ada.id)
    expect(code).toBe(0)
    expect(lines[0]).toMatch(/^USER +CONNECTION +SINCE +LAST FRAME +JOINED$/)
    expect(lines[1]).toMatch(
      new RegExp(
        `^${ada.id}  ${open(socket)}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ  \\d+ s ago +1 conversation$`,
      ),
    )
    expect(lines.slice(2)).toEqual([`${open(socket)} has joined ${conversation}`, '1 user with 1 connection'])
  })

  it('[OPS-30] finds the user of a hash in the log, also one without a connection', async () => {
    const { ada, bob } = await aPair()
    const socket = await ada.connect()
    expect((await who(hashOf(ada.id))).lines.slice(-2)).toEqual([
      `${hashOf(ada.id)} is ${ada.id}`,
      '1 user with 1 connection',
    ])
    expect(await adminJson(dataDir, whoCommand(), hashOf(ada.id))).toMatchObject({
      user: ada.id,
      connected: [{ connection: open(socket) }],
    })
    expect(await adminJson(dataDir, whoCommand(), hashOf(bob.id))).toEqual({
      user: bob.id,
      connected: [],
      waiting: 0,
    })
    expect((await who('0123456789ab')).errors).toEqual([
      'There is no user with the hash 0123456789ab: the user was removed, or the hash is from the log of another chat.',
    ])
  })

  it('[OPS-30] leaves out a connection that has ended without a $disconnect', async () => {
    const ada = await anAdmin()
    const [id, since] = ['AAAAAAAAAAAAAAA=', Date.now() - 100_000]
    await stores.register.add({ id, openedAt: since })
    await stores.authenticate({ id, user: ada.id, since, tokenExpiresAt: Date.now() + 3_600_000 })
    expect((await who(ada.id)).lines).toEqual(['0 users with 0 connections'])
    await stores.connections.remove(id)
    await stores.register.remove({ id, openedAt: since })
  })

  it('fails for a user who does not exist', async () => {
    expect(await who('nobody@example.org')).toEqual({
      lines: [],
      errors: ['There is no user nobody@example.org.'],
      code: 1,
    })
  })
})

describe('kick', () => {
  const reason = {
    type: 'error',
    code: 'reconnect_required',
    message: 'an operator closed this connection; connect again',
    retryable: true,
  }

  it('[OPS-31] tells every connection of a user, closes it and removes its rows, and the user may connect again', async () => {
    const { ada, bob, conversation } = await aPair()
    const sockets = [await joined(ada, conversation), await ada.connect()]
    const b = await bob.connect()
    expect(await kick(ada.id)).toEqual({
      lines: expect.arrayContaining(sockets.map((socket) => `${open(socket)} closed`)),
      errors: [],
      code: 0,
    })
    for (const socket of sockets) {
      expect(await socket.next('error')).toEqual(reason)
      await socket.closed
      expect(await stores.connections.inspect(open(socket))).toBeUndefined()
    }
    expect(await stores.connections.userConnections(ada.id)).toEqual([])
    expect((await stores.conversations.participant(conversation, ada.id))?.joined).toEqual(new Map())
    expect(await b.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
    const again = await ada.connect()
    expect(await again.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })
    expect((await kick(bob.id)).lines).toEqual([`${open(b)} closed`])
    expect((await kick(bob.id)).lines).toEqual([`${bob.id} has no open connection`])
  })

  it('[OPS-31] closes the connections of the user whose hash is in the log', async () => {
    const ada = await anAdmin()
    const socket = await ada.connect()
    expect((await kick(hashOf(ada.id))).lines).toEqual([`${open(socket)} closed`])
    await socket.closed
    expect((await kick('0123456789ab')).errors).toEqual([
      'There is no user with the hash 0123456789ab: the user was removed, or the hash is from the log of another chat.',
    ])
  })

  it('[OPS-31] closes one connection alone, also one that has not authenticated', async () => {
    const ada = await anAdmin()
    const [one, other] = [await ada.connect(), await ada.connect()]
    expect(await adminJson(dataDir, kickCommand(), open(one))).toEqual({ closed: [open(one)] })
    expect(await one.next('error')).toEqual(reason)
    await one.closed
    expect(await other.ask({ type: 'ping' })).toMatchObject({ type: 'pong' })

    const waiting = await openSocket()
    const registered = await stores.register.openedBetween(Date.now() - 5_000, Date.now() + 5_000)
    const [newest] = registered
      .filter(({ user }) => user === undefined)
      .sort((a, b) => b.openedAt - a.openedAt)
    await kick(newest?.id ?? '')
    expect(await waiting.next('error')).toEqual(reason)
    await waiting.closed
  })

  it('fails for a user and for a connection that do not exist', async () => {
    expect((await kick('nobody@example.org')).errors).toEqual(['There is no user nobody@example.org.'])
    expect(await kick('BBBBBBBBBBBBBBB=')).toMatchObject({
      errors: [
        'There is no connection BBBBBBBBBBBBBBB=. "npm run admin -- who" lists the connections of users.',
      ],
      code: 1,
    })
  })
})
