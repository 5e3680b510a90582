import { describe, expect, it } from 'vitest'
import { readTask } from '../../../cli/chat/commands.ts'
import { aFakeChat, aPair, aSession, bob, conversation, grace, soon } from './fake-chat.ts'

type View = Parameters<typeof aSession>[1]

/** A fake server, and a session that has opened its conversation. */
async function opened(view?: View) {
  const server = await aFakeChat()
  const client = aSession(server.url, view)
  await client.session.begin(conversation)
  const type = async (line: string) => await readTask(line)?.run(client.session)
  return { server, ...client, type }
}

/** A session in which nothing is open. */
async function signedIn(
  prepare: (server: Awaited<ReturnType<typeof aFakeChat>>) => void = () => {},
  view?: View,
) {
  const server = await aFakeChat()
  prepare(server)
  const client = aSession(server.url, view)
  await client.session.begin()
  const type = async (line: string) => await readTask(line)?.run(client.session)
  return { server, ...client, type }
}

describe('a session in which the user sends', () => {
  it('sends an unacknowledged message again, with the same key, after the connection breaks', async () => {
    const { server, type, shown, types } = await opened()
    server.intercept = (frame, socket) => {
      if (frame['type'] !== 'send_message') return false
      server.intercept = () => false
      socket.terminate()
      return true
    }
    await type('hello')
    const [first, second, ...more] = server.of('send_message')
    expect([first?.['connection'], second?.['connection'], more]).toEqual([1, 2, []])
    expect(second?.['client_message_id']).toBe(first?.['client_message_id'])
    expect(types()).toEqual(expect.arrayContaining(['connection_lost', 'signed_in_again']))
    expect(shown()).toEqual(['hello'])
  })

  it('stores messages in the order in which they were sent', async () => {
    const { server, type, shown } = await opened()
    await Promise.all(['one', 'two', 'three'].map(type))
    expect(server.of('send_message').map(({ message }) => message.content)).toEqual(['one', 'two', 'three'])
    expect(shown()).toEqual(['one', 'two', 'three'])
  })

  it('repeats a message after a retryable error', async () => {
    const { server, type, shown } = await opened()
    server.intercept = ({ type, request_id }, socket) => {
      if (type !== 'send_message' || server.of('send_message').length > 2) return false
      const error = { type: 'error', code: 'unavailable', message: 'try later', retryable: true, request_id }
      socket.send(JSON.stringify(error))
      return true
    }
    await type('hello')
    expect(server.of('send_message')).toHaveLength(3)
    expect(shown()).toEqual(['hello'])
  })

  it('reports a message that was refused for good, and sends or forgets it as the user says', async () => {
    const { server, of, session, shown, type } = await opened()
    const refuse: typeof server.intercept = ({ type, request_id }, socket) => {
      if (type !== 'send_message') return false
      const error = { type: 'error', code: 'bad_request', message: 'too long', retryable: false, request_id }
      socket.send(JSON.stringify(error))
      return true
    }
    server.intercept = refuse
    await expect(type('hello')).rejects.toMatchObject({ code: 'bad_request', message: 'too long' })
    await expect(type('again')).rejects.toThrow()
    expect(of('not_sent')).toMatchObject([{ content: 'hello', reason: 'too long' }, { content: 'again' }])
    server.intercept = () => false
    await type('/retry')
    await soon(() => expect(shown().sort()).toEqual(['again', 'hello']))
    server.intercept = refuse
    await expect(type('no')).rejects.toThrow()
    await type('/discard')
    expect(session.unsent()).toEqual([])
  })

  it('goes on sending what was written in a conversation after another one is opened', async () => {
    const { server, session, type } = await opened({ interactive: true })
    server.conversations.push(aPair('c2', grace))
    const held: (() => void)[] = []
    server.intercept = (frame, socket) => {
      if (frame['type'] !== 'send_message') return false
      held.push(() => socket.terminate())
      return true
    }
    void type('hello')
    await soon(() => expect(held).toHaveLength(1))
    await type('/open grace')
    expect(session.unsent()).toMatchObject([{ conversation, content: 'hello' }])
    server.intercept = () => false
    held[0]?.()
    await soon(() => expect(session.unsent()).toEqual([]))
    expect(server.of('send_message').at(-1)).toMatchObject({ conversation_id: conversation })
  })
})

describe('a session that receives entries', () => {
  it('holds a push that arrives early until the missing entry is fetched', async () => {
    const { server, shown } = await opened()
    server.store('first')
    server.say('second')
    await soon(() => expect(shown()).toEqual(['first', 'second']))
  })

  it('shows a repeated push once', async () => {
    const { server, shown } = await opened()
    const message = server.store('once')
    for (const _ of [1, 2]) server.push({ type: 'new_message', conversation_id: conversation, message })
    server.say('then')
    await soon(() => expect(shown()).toEqual(['once', 'then']))
  })

  it('resumes after the last entry it has, and shows what it missed', async () => {
    const { server, shown } = await opened()
    server.say('before')
    await soon(() => expect(shown()).toEqual(['before']))
    server.store('missed')
    server.dropAll()
    await soon(() => expect(shown()).toEqual(['before', 'missed']))
    expect(server.of('join_conversation').at(-1)).toMatchObject({ connection: 2, after_seq: 1 })
  })

  it('shows the latest messages to a person, and only later ones to a script', async () => {
    const shown = await Promise.all(
      [true, false].map(async (interactive) => {
        const server = await aFakeChat()
        for (let at = 1; at <= 30; at++) server.store(`${at}`)
        const client = aSession(server.url, { interactive })
        await client.session.begin(conversation)
        if (interactive) await soon(() => expect(client.shown()).toContain('30'))
        server.say('new')
        await soon(() => expect(client.shown()).toContain('new'))
        expect(client.of('opened')).toMatchObject([{ last_seq: 30 }])
        return client.shown()
      }),
    )
    expect(shown).toEqual([[...Array.from({ length: 20 }, (_, at) => `${at + 11}`), 'new'], ['new']])
  })

  it('shows news of other conversations with what was said, and none of the open one', async () => {
    const { server, of } = await opened()
    server.conversations.push(aPair('c2', grace))
    const news = (id: string, content: string) => ({
      type: 'conversation_updated',
      conversation_id: id,
      last_seq: 1,
      unread_count: 1,
      last_message: { id: 'm', seq: 1, kind: 'message', content, conversation_id: id, sender_id: 'u7' },
    })
    server.push(news(conversation, 'here'))
    server.push(news('c2', 'over there'))
    await soon(() =>
      expect(of('conversation_updated')).toMatchObject([
        { conversation_id: 'c2', last_seq: 1, unread: 1, message: { content: 'over there' } },
      ]),
    )
  })

  it('shows news that arrived during an outage', async () => {
    const { server, session, of } = await signedIn((fake) => fake.conversations.push(aPair('c2', grace)))
    await session.lists.conversations()
    server.conversations = server.conversations.map((one) =>
      one.id === 'c2' ? { ...one, last_seq: 4, unread_count: 4 } : one,
    )
    server.dropAll()
    await soon(() =>
      expect(of('conversation_updated')).toMatchObject([{ conversation_id: 'c2', last_seq: 4, unread: 4 }]),
    )
  })
})

describe('a session in which messages change', () => {
  it('shows an edit and a deletion as entries of the log', async () => {
    const { server, type, events } = await opened()
    const message = server.say('helo')
    await soon(() => expect(events.at(-1)).toMatchObject({ type: 'message' }))
    server.rest = (method, path) => {
      if (method === 'GET') return undefined
      const at = '2026-01-01T00:00:01.000Z'
      const now =
        method === 'PATCH'
          ? { ...message, content: 'hello', edited_at: at }
          : { ...message, content: '', edited_at: at, deleted_at: at }
      server.store('', { kind: 'message_updated', target_seq: 1, message: now })
      // Pages show the latest version.
      Object.assign(message, now)
      expect(path).toBe(`/api/admin/chat/conversations/${conversation}/messages/1`)
      return [200, { success: true, data: { message: now } }]
    }
    await type('/edit 1 hello')
    await type('/delete 1 --yes')
    await soon(() =>
      expect(events.slice(-3)).toMatchObject([
        { type: 'message', message: { content: 'helo' } },
        { type: 'edited', message: { seq: 1, content: 'hello' } },
        { type: 'deleted', message: { seq: 1, content: '' } },
      ]),
    )
  })

  it('asks before it deletes a message, and deletes nothing without an answer', async () => {
    const questions: string[] = []
    let answer = false
    const { server, type } = await opened({
      interactive: true,
      async confirm(question) {
        questions.push(question)
        return answer
      },
    })
    const deletions: string[] = []
    server.rest = (method, path) => {
      if (method === 'DELETE') deletions.push(path)
      return undefined
    }
    await type('/delete 7')
    expect([questions, deletions]).toEqual([['Delete #7 for everyone?'], []])
    answer = true
    await type('/delete #7').catch(() => undefined)
    expect(deletions).toHaveLength(1)
    const script = await opened()
    await expect(script.type('/delete 7')).rejects.toThrow('Add --yes to delete a message: /delete 7 --yes')
  })
})

describe('a session that shows messages', () => {
  it('marks messages as read only when they are shown to a person', async () => {
    const interactive = await opened({ interactive: true })
    const scripted = await opened()
    for (const { server, shown } of [interactive, scripted]) {
      server.say('hello')
      await soon(() => expect(shown()).toEqual(['hello']))
    }
    await soon(() => expect(interactive.server.of('mark_read')).toMatchObject([{ seq: 1 }]))
    await scripted.type('hi')
    expect(scripted.server.of('mark_read')).toEqual([])
    await scripted.type('/read')
    expect(scripted.server.of('mark_read')).toMatchObject([{ seq: 2 }])
    expect(scripted.of('marked_read')).toMatchObject([{ last_read_seq: 2, unread_count: 0 }])
  })
})

describe('names', () => {
  it('a conversation is opened by its number, its id, a name or an e-mail address', async () => {
    for (const word of ['2', 'c2', 'grace', 'Grace Hopper', 'grace@example.com', 'hop']) {
      const { session, type } = await signedIn((fake) => fake.conversations.push(aPair('c2', grace)))
      await type(`/open ${word}`)
      expect(session.current()?.id).toBe('c2')
    }
  })

  it('a name that several conversations have is refused with what it could be', async () => {
    const { type } = await signedIn((fake) => {
      const other = { ...grace, id: 'u8', lastname: 'Kelly', email: 'kelly@example.com' }
      fake.conversations.push(aPair('c2', grace), aPair('c3', other))
    })
    await expect(type('/open gra')).rejects.toThrow('gra could be Grace Hopper (grace@example.com)')
    await expect(type('/open nobody')).rejects.toThrow('You have no conversation nobody.')
  })

  it('a user is invited by name, e-mail address or id, but never by the beginning of a name', async () => {
    const { server, type, of } = await signedIn()
    const invited: string[] = []
    server.rest = (method, path, { to_user_id }) => {
      if (method !== 'POST' || !path.endsWith('/invitations')) return undefined
      if (to_user_id === 'gra') return [404, { success: false, code: 'not_found', message: 'no such user' }]
      invited.push(to_user_id)
      return [201, { success: true, data: { invitation: { id: `i${invited.length}`, to_user: grace } } }]
    }
    for (const word of ['grace hopper', 'Grace', 'grace@example.com', 'u7', 'somebody-else']) {
      await type(`/invite ${word}`)
    }
    expect(invited).toEqual(['u7', 'u7', 'u7', 'u7', 'somebody-else'])
    expect(of('invited')).toHaveLength(5)
    await expect(type('/invite gra')).rejects.toThrow(
      'There is no user gra. Did you mean Grace Hopper (grace@example.com)?',
    )
  })

  it('a user accepts an invitation by the name of its sender, and the conversation opens', async () => {
    const { server, session, type, types } = await signedIn((fake) => {
      fake.invitations = [{ id: 'i1', from_user: grace, message: '', status: 'pending', created_at: '' }]
    })
    await type('/invitations')
    server.rest = (method, path) => {
      if (method !== 'PUT' || !path.includes('/i1/')) return undefined
      server.invitations = []
      server.conversations.push(aPair('c2', grace))
      server.push({ type: 'conversation_added', conversation: aPair('c2', grace) })
      server.push({
        type: 'invitation_answered',
        invitation_id: 'i1',
        status: 'accepted',
        conversation_id: 'c2',
      })
      return [200, { success: true, data: { conversation: aPair('c2', grace) } }]
    }
    await type('/accept grace')
    expect(session.current()?.id).toBe('c2')
    // The pushes about the user's own answer are not shown as well.
    server.push({ type: 'user_presence', user_id: 'bob', is_online: true, last_seen: null })
    await soon(() => expect(types()).toContain('user_presence'))
    expect(types().slice(1)).toEqual(['invitation', 'accepted', 'opened', 'user_presence'])
  })

  it('a group opens when it is created', async () => {
    const { server, session, type } = await signedIn()
    const bodies: object[] = []
    const group = { ...aPair('g1', bob), is_group: true, title: 'Night shift' }
    server.rest = (method, path, body) => {
      if (method !== 'POST' || !path.endsWith('/conversations')) return undefined
      bodies.push(body)
      server.conversations.push(group)
      return [201, { success: true, data: { conversation: group } }]
    }
    await type('/group "Night shift" "Grace Hopper" bob')
    expect(bodies).toMatchObject([{ title: 'Night shift', user_ids: ['u7', 'bob'] }])
    expect(session.current()?.id).toBe('g1')
  })
})

describe('the session', () => {
  it('opens the only conversation of a person automatically', async () => {
    const one = await signedIn(undefined, { interactive: true })
    expect(one.session.current()?.id).toBe(conversation)
    const two = await signedIn((fake) => fake.conversations.push(aPair('c2', grace)), { interactive: true })
    expect(two.session.current()).toBeUndefined()
    const script = await signedIn()
    expect(script.session.current()).toBeUndefined()
  })

  it('shows an outage in one event when it begins and one when it ends, however many attempts it takes', async () => {
    const { server, types } = await opened()
    server.isUp = false
    server.dropAll()
    await soon(() => expect(types()).toContain('connection_lost'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    server.isUp = true
    await soon(() => expect(types()).toContain('signed_in_again'))
    expect(types()).toEqual(['signed_in', 'opened', 'connection_lost', 'signed_in_again'])
  })

  it('ends when a newer connection replaces it', async () => {
    const { server, session } = await opened()
    server.push({ type: 'error', code: 'replaced', message: 'a newer connection', retryable: false })
    await expect(session.failed).rejects.toThrow('Signed out: a newer connection.')
  })

  it('goes on with another token when the server no longer accepts the first one', async () => {
    let resolve: (isRenewed: boolean) => void = () => {}
    const reasons: string[] = []
    const { server, session, shown, type } = await opened({
      signedOut: (reason) => {
        reasons.push(reason)
        return new Promise((done) => {
          resolve = done
        })
      },
    })
    server.accepts = () => false
    server.dropAll()
    await soon(() => expect(reasons).toEqual(['a valid token is required']))
    const sent = type('written meanwhile')
    expect(session.unsent()).toHaveLength(1)
    server.accepts = () => true
    resolve(true)
    await sent
    expect(shown()).toEqual(['written meanwhile'])
  })

  it('ends when the server accepts no token', async () => {
    const { server, session } = await opened()
    server.accepts = () => false
    server.dropAll()
    await expect(session.failed).rejects.toThrow('Signed out: a valid token is required.')
  })

  it('closes a conversation in which the user no longer takes part', async () => {
    const { server, session, of } = await opened()
    server.push({ type: 'conversation_removed', conversation_id: conversation })
    await soon(() => expect(of('conversation_removed')).toHaveLength(1))
    expect(session.current()).toBeUndefined()
  })
})
