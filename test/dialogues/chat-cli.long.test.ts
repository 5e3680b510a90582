import { beforeAll, describe, expect, it } from 'vitest'
import { admins, anAdmin, aPair, history } from '../support/chat.ts'
import { bundleChat, startChat } from '../support/cli.ts'

const contents = async ({ ada, conversation }: Awaited<ReturnType<typeof aPair>>) =>
  (await history(ada, conversation, '?limit=100')).map(({ content }) => content)

beforeAll(bundleChat)

describe('npm run chat', { timeout: 30_000 }, () => {
  it('lets two users invite, accept and exchange messages', async () => {
    const { ada, bob } = await admins('ada', 'bob')
    const [a, b] = [startChat('--as', ada.id), startChat('--as', bob.id)]
    await b.next('signed_in')

    a.type(`/invite ${bob.id}`)
    const [invitation = ''] = await a.next('invited')
    expect(await b.next('invitation')).toEqual(['1', invitation, ada.id, '', ''])
    b.type('/accept 1')
    const [, conversation = ''] = await b.next('accepted')
    expect(await a.next('invitation_accepted')).toEqual([invitation, conversation, bob.id])

    a.type('/open 1')
    b.type(`/open ${conversation}`)
    expect(await a.next('opened')).toEqual([conversation, '0', '0'])
    await b.next('opened')

    a.type('hello, Bob')
    expect(await b.next('message')).toEqual([conversation, '1', ada.id, expect.any(String), 'hello, Bob'])
    b.type('//slash')
    expect(await a.next('message')).toMatchObject({ 1: '1', 2: ada.id })
    expect(await a.next('message')).toEqual([conversation, '2', bob.id, expect.any(String), '/slash'])
    expect(await Promise.all([a.end(), b.end()])).toEqual([
      { code: 0, errors: '' },
      { code: 0, errors: '' },
    ])
  })

  it('stores the lines of standard input in order and exits with 0 after the last one', async () => {
    const pair = await aPair()
    const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`)
    const chat = startChat('--as', pair.ada.id, '--open', pair.conversation)
    chat.type(...lines)
    expect(await chat.end()).toEqual({ code: 0, errors: '' })
    expect(await contents(pair)).toEqual(lines)
    const shown = chat.lines.filter(([kind]) => kind === 'message')
    expect(shown.map(([, , seq]) => Number(seq))).toEqual(lines.map((_, at) => at + 1))
  })

  it('prints a message of several lines as one line, and earlier messages on request', async () => {
    const { ada, bob, conversation } = await aPair()
    const path = `/conversations/${conversation}/messages`
    await bob.call('POST', path, { content: 'one\ttwo\nC:\\new' })
    const chat = startChat('--token', ada.token, '--open', '1')
    expect(await chat.next('conversation')).toEqual(['1', conversation, 'accepted', '1', '1', bob.id, ''])
    chat.type('/history', '/history')
    expect((await chat.next('message')).at(-1)).toBe('one\\ttwo\\nC:\\\\new')
    expect(await chat.next('nothing')).toEqual(['earlier messages'])
    expect((await chat.end()).code).toBe(0)
  })

  it('prints updates of conversations that are not open', async () => {
    const { ada, bob, conversation } = await aPair()
    const socket = await bob.connect()
    const chat = startChat('--as', ada.id)
    await chat.next('signed_in')
    const message = { content: 'over here' }
    await socket.ask({ type: 'send_message', conversation_id: conversation, message })
    expect(await chat.next('conversation_updated')).toEqual([conversation, '1', '1', 'over here'])
    chat.type(`/open ${conversation}`, '/quit', 'never sent')
    expect((await chat.end()).code).toBe(0)
    expect(chat.lines.filter(([kind]) => kind === 'message')).toEqual([])
  })

  it('continues a message after a backslash, and deletes a message only with --yes', async () => {
    const pair = await aPair()
    const chat = startChat('--as', pair.ada.id, '--open', 'bob')
    chat.type('one\\', 'two', 'three', '/delete 2 --yes', '/delete 1')
    expect(await chat.end()).toEqual({
      code: 1,
      errors: 'Line 5: Add --yes to delete a message: /delete 1 --yes\n',
    })
    expect(await contents(pair)).toEqual(['one\ntwo'])
  })

  it('exits with 1 at the first line that fails and names that line', async () => {
    const pair = await aPair()
    const chat = startChat('--as', pair.ada.id, '--open', pair.conversation)
    chat.type('first', '/reject none', 'never sent')
    expect(await chat.end()).toEqual({
      code: 1,
      errors: 'Line 2: Refused: no such invitation (not_found).\n',
    })
    expect(await contents(pair)).toEqual(['first'])
  })

  it('explains in one sentence why signing in failed', async () => {
    const guest = await anAdmin('guest', 'user')
    const attempts = [['--as', 'nobody'], ['--as', guest.id], ['--token', 'forged'], []]
    const ends = await Promise.all(attempts.map((args) => startChat(...args).end()))
    expect(ends.map(({ code, errors }) => [code, errors.trim()])).toEqual([
      [1, 'There is no user nobody.'],
      [1, `${guest.id} is not an admin; only admins can chat.`],
      [1, 'Signed out: this is not a token with a user_id.'],
      [1, 'Say who you are with --as <user-id>, or sign in with --token <jwt>.'],
    ])
  })
})
