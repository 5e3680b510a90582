import { describe, expect, it } from 'vitest'
import { anAdmin, aPair } from '../support/chat.ts'
import { startChat } from '../support/cli.ts'

const contents = async ({ ada, conversation }: Awaited<ReturnType<typeof aPair>>) => {
  const { body } = await ada.call('GET', `/conversations/${conversation}/messages?limit=100`)
  return body['data'].messages.map(({ content }: { content: string }) => content)
}

describe('npm run chat', { timeout: 30_000 }, () => {
  it('lets two people invite, accept and talk', async () => {
    const [ada, bob] = [await anAdmin('ada'), await anAdmin('bob')]
    const [hers, his] = [startChat('--as', ada.id), startChat('--as', bob.id)]
    await his.next('signed_in')

    hers.type(`/invite ${bob.id}`)
    const [invitation = ''] = await hers.next('invited')
    expect(await his.next('invitation')).toEqual(['1', invitation, ada.id, '', ''])
    his.type('/accept 1')
    const [, conversation = ''] = await his.next('accepted')
    expect(await hers.next('invitation_accepted')).toEqual([invitation, conversation, bob.id])

    hers.type('/open 1')
    his.type(`/open ${conversation}`)
    expect(await hers.next('opened')).toEqual([conversation, '0', '0'])
    await his.next('opened')

    hers.type('hello, Bob')
    expect(await his.next('message')).toEqual([conversation, '1', ada.id, expect.any(String), 'hello, Bob'])
    his.type('//slash')
    expect(await hers.next('message')).toMatchObject({ 1: '1', 2: ada.id })
    expect(await hers.next('message')).toEqual([conversation, '2', bob.id, expect.any(String), '/slash'])
    expect(await Promise.all([hers.end(), his.end()])).toEqual([
      { code: 0, errors: '' },
      { code: 0, errors: '' },
    ])
  })

  it('stores the lines of a file in their order and ends with 0 after the last one', async () => {
    const pair = await aPair()
    const written = Array.from({ length: 30 }, (_, at) => `line ${at}`)
    const chat = startChat('--as', pair.ada.id, '--open', pair.conversation)
    chat.type(...written)
    expect(await chat.end()).toEqual({ code: 0, errors: '' })
    expect(await contents(pair)).toEqual(written)
    const shown = chat.lines.filter(([kind]) => kind === 'message')
    expect(shown.map(([, , seq]) => Number(seq))).toEqual(written.map((_, at) => at + 1))
  })

  it('shows a message of several lines as one line, and earlier messages when asked', async () => {
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

  it('hears of other conversations while one is open', async () => {
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

  it('ends with 1 at the first line that fails, and names it', async () => {
    const pair = await aPair()
    const chat = startChat('--as', pair.ada.id, '--open', pair.conversation)
    chat.type('first', '/reject none', 'never sent')
    expect(await chat.end()).toEqual({
      code: 1,
      errors: 'Line 2: Refused: no such invitation (not_found).\n',
    })
    expect(await contents(pair)).toEqual(['first'])
  })

  it('says in a sentence why somebody cannot sign in', async () => {
    const guest = await anAdmin('guest', 'user')
    const attempts = [['--as', 'nobody'], ['--as', guest.id], ['--token', 'forged'], []]
    const ends = await Promise.all(attempts.map((args) => startChat(...args).end()))
    expect(ends.map(({ code, errors }) => [code, errors.trim()])).toEqual([
      [1, 'There is no user nobody.'],
      [1, `${guest.id} is not an admin; only admins can chat.`],
      [1, 'Refused: a valid token is required (unauthorized).'],
      [1, 'Say who you are with --as <user-id>, or sign in with --token <jwt>.'],
    ])
  })
})
