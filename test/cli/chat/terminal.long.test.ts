import { beforeAll, describe, expect, it } from 'vitest'
import { aTerminal, bundleTerminal, CTRL_D, ENTER, hasPseudoTerminals, paste, TAB } from './a-terminal.ts'
import { aFakeChat, aPair, aToken, bob, conversation, grace, soon } from './fake-chat.ts'

/** The chat at a terminal, with the only conversation open. */
async function opened(options?: Parameters<typeof aTerminal>[1]) {
  const server = await aFakeChat()
  const terminal = aTerminal(server.url, options)
  await terminal.sees(/^Bob Babbage>/)
  const sent = () => server.of('send_message').map(({ message }) => message.content)
  const isSent = (...messages: readonly string[]) => soon(() => expect(sent()).toEqual(messages))
  return { server, terminal, sent, isSent }
}

describe.runIf(hasPseudoTerminals)('the chat at a terminal', { timeout: 30_000 }, () => {
  beforeAll(bundleTerminal)

  it('sends a typed line, and shows it once at its place in the log', async () => {
    const { terminal, isSent } = await opened()
    terminal.type('hello', ENTER)
    await isSent('hello')
    await terminal.sees(/^#1 .* you: hello$/)
    expect(terminal.lines().filter((line) => line.includes('hello'))).toHaveLength(1)
  })

  it('prints above the prompt and the status line, and never over what was printed before', async () => {
    const { server, terminal } = await opened()
    server.push({ type: 'user_presence', user_id: 'bob', is_online: true, last_seen: null })
    await terminal.sees(/^Bob Babbage is online$/)
    terminal.type('/help', ENTER)
    await terminal.sees('pastes keep line breaks')
    const long = 'a text that is longer than a row of this terminal '.repeat(3)
    terminal.type(long)
    server.say('first')
    await terminal.sees(/: first$/)
    terminal.type(ENTER)
    await terminal.sees(/#2 .* you: a text/)
    terminal.type('/unknown', ENTER)
    await terminal.sees('Unknown command')
    const lines = terminal.lines()
    const at = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line))
    expect(lines[0]).toBe('Signed in as ada.')
    expect(lines).not.toContain('')
    expect(at(/^> \/help/)).toBe(3)
    expect(at(/pastes keep/)).toBe(at(/: first$/) - 1)
    // Two rows, and its end has not been cut off.
    expect(at(/^Unknown command/)).toBe(at(/: first$/) + 4)
    expect(lines.slice(-2)).toEqual(['Bob Babbage is online', 'Bob Babbage>'])
  })

  it('sends pasted lines as one message with its line breaks, and not before Enter', async () => {
    const { terminal, isSent, sent } = await opened()
    terminal.type(paste('one\r\ntwo\rthree\n'), '!')
    await terminal.sees('> one␤two␤three␤!')
    expect(sent()).toEqual([])
    terminal.type(ENTER)
    await isSent('one\ntwo\nthree\n!')
    await terminal.sees(/you: one$/)
    await terminal.sees(/^ {6}two$/)
  })

  it('never takes a pasted text for a command', async () => {
    const { server, terminal, isSent } = await opened()
    const calls: string[] = []
    server.rest = (method) => {
      calls.push(method)
      return undefined
    }
    terminal.type(paste('/delete 7\n/delete 8'), ENTER)
    await isSent('/delete 7\n/delete 8')
    terminal.type('/search ', paste('bob'), ENTER)
    await terminal.sees('Bob Babbage  bob')
    expect(calls).not.toContain('DELETE')
  })

  it('continues a message after a line that ends in a backslash', async () => {
    const { terminal, isSent } = await opened()
    terminal.type('one\\', ENTER, 'two', ENTER)
    await isSent('one\ntwo')
    terminal.type('C:\\\\', ENTER)
    await isSent('one\ntwo', 'C:\\\\')
  })

  it('gives a message back that there is no conversation for', async () => {
    const server = await aFakeChat()
    server.conversations.push(aPair('c2', grace))
    const terminal = aTerminal(server.url)
    await terminal.sees(/^>/)
    terminal.type(paste('one\ntwo'), ENTER)
    await terminal.sees('No conversation is open.')
    await terminal.sees('> one␤two')
  })

  it('asks before it deletes a message', async () => {
    const { server, terminal } = await opened()
    const deletions: string[] = []
    server.rest = (method, path) => {
      if (method === 'DELETE') deletions.push(path)
      return undefined
    }
    terminal.type('/delete 7', ENTER)
    await terminal.sees('Delete #7 for everyone? (y/N)')
    terminal.type(ENTER, '/delete 8', ENTER)
    await terminal.sees('Delete #8 for everyone? (y/N)')
    expect(deletions).toEqual([])
    terminal.type('y', ENTER)
    await soon(() => expect(deletions).toEqual([expect.stringContaining('/messages/8')]))
  })

  it('completes commands, conversations and people', async () => {
    const { server, terminal } = await opened()
    const invited: string[] = []
    server.rest = (method, path, { to_user_id }) => {
      if (method !== 'POST' || !path.endsWith('/invitations')) return undefined
      invited.push(to_user_id)
      return [201, { success: true, data: { invitation: { id: 'i1', to_user: grace } } }]
    }
    terminal.type('/invite gra', TAB)
    await terminal.sees('> /invite Grace Hopper')
    terminal.type(ENTER)
    await terminal.sees('Grace Hopper is invited.')
    expect(invited).toEqual(['u7'])
    // Without waiting for the completion.
    terminal.type('/op', TAB, 'bob', ENTER)
    await terminal.sees('> /open bob')
    terminal.type('/op', TAB)
    await terminal.sees('> /open')
    terminal.type('BA', TAB)
    await terminal.sees('> /open Bob Babbage')
    terminal.type('\u0015/group team "gr', TAB)
    await terminal.sees('> /group team "Grace Hopper"')
  })

  it('shows who is typing and who has read in a line above the prompt, and prints no lines about it', async () => {
    const { server, terminal } = await opened()
    terminal.type('hello', ENTER)
    await terminal.sees('you: hello')
    server.push({ type: 'user_typing', conversation_id: conversation, user_id: 'bob', is_typing: true })
    await terminal.sees(/^Bob Babbage is typing…$/)
    server.push({
      type: 'message_read',
      conversation_id: conversation,
      user_id: 'bob',
      last_read_seq: 1,
      read_at: '2026-01-01T00:00:00.000Z',
    })
    await terminal.sees(/has read your last message · Bob Babbage is typing…$/)
    server.say('hi')
    await terminal.sees(/^Bob Babbage has read your last message$/)
    expect(terminal.lines().filter((line) => /typing/.test(line))).toEqual([])
    expect(terminal.lines().at(-1)).toBe('Bob Babbage>')
  })

  it('shows one line when an outage begins and one when it ends, and sends what was written meanwhile', async () => {
    const { server, terminal, isSent } = await opened()
    server.isUp = false
    server.dropAll()
    await terminal.sees(/^Disconnected/)
    terminal.type('written meanwhile', ENTER)
    await terminal.sees('1 message waits to be sent')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    server.isUp = true
    await terminal.sees(/^Reconnected after \d+ s\.$/)
    await isSent('written meanwhile')
    await terminal.sees('you: written meanwhile')
    const about = terminal.lines().filter((line) => /onnect/.test(line))
    expect(about).toHaveLength(2)
  })

  it('waits for acknowledgments before it quits', async () => {
    const { server, terminal } = await opened()
    const answers: (() => void)[] = []
    server.intercept = (frame, socket) => {
      if (frame['type'] !== 'send_message' || answers.length > 0) return false
      answers.push(() => socket.emit('message', JSON.stringify(frame)))
      return true
    }
    terminal.type('last words', ENTER)
    await soon(() => expect(answers).toHaveLength(1))
    terminal.type(CTRL_D)
    await terminal.sees('Waiting until your messages are sent.')
    answers[0]?.()
    expect(await terminal.exited).toBe(0)
    expect(terminal.lines().join('\n')).not.toContain('Not sent')
  })

  it('says when it quits what is not sent, and sends it the next time', async () => {
    const { server, terminal } = await opened()
    server.isUp = false
    server.dropAll()
    await terminal.sees(/^Disconnected/)
    terminal.type('one', ENTER, 'two', ENTER)
    await terminal.sees('2 messages wait to be sent')
    terminal.type('/quit', ENTER)
    await terminal.sees('Press Ctrl-C to quit at once.')
    terminal.type('\u0003')
    expect(await terminal.exited).toBe(1)
    expect(terminal.lines().slice(-4).filter(Boolean)).toEqual([
      'Not sent yet; it will be sent when you start the chat again:',
      '  Bob Babbage: one',
      '  Bob Babbage: two',
    ])
    server.isUp = true
    aTerminal(server.url, { state: terminal.state })
    await soon(() =>
      expect(server.of('send_message').map(({ message }) => message.content)).toEqual(['one', 'two']),
    )
  })

  it('keeps a draft for the next time, in a folder that only its owner can read', async () => {
    const { server, terminal, isSent } = await opened()
    terminal.type('half a sen')
    await terminal.sees('> half a sen')
    terminal.type('\u0003')
    await terminal.exited
    const next = aTerminal(server.url, { state: terminal.state })
    await next.sees('Bob Babbage> half a sen')
    next.type('tence', ENTER)
    await isSent('half a sentence')
  })

  it('asks for another token when the first one is refused, and keeps what was being written', async () => {
    const { server, terminal, isSent } = await opened()
    terminal.type('half a sen')
    await terminal.sees('> half a sen')
    server.accepts = (token) => token === aToken('second')
    server.dropAll()
    await terminal.sees('The token was not accepted (a valid token is required). Paste another one:')
    terminal.type(paste(`${aToken('second')}\n`), ENTER)
    await terminal.sees('Bob Babbage> half a sen')
    terminal.type('tence', ENTER)
    await isSent('half a sentence')
    // The token is not on the screen any more, and is no line to come back to.
    expect(terminal.lines().join('\n')).not.toContain('second')
  })

  it('switches the marking of pasted texts on, and off when it ends', async () => {
    const { terminal } = await opened()
    expect(terminal.output()).toContain('\u001b[?2004h')
    terminal.type(CTRL_D)
    await terminal.exited
    expect(terminal.output()).toContain('\u001b[?2004l')
  })

  it('shows news of other conversations with their names', async () => {
    const { server, terminal } = await opened()
    server.conversations.push(aPair('c2', { ...bob, id: 'al', firstname: 'Alan', lastname: 'Turing' }))
    server.push({ type: 'conversation_added', conversation: server.conversations[1] })
    const last_message = {
      id: 'm',
      seq: 1,
      kind: 'message',
      sender_id: 'al',
      content: 'over here',
      conversation_id: 'c2',
    }
    server.push({
      type: 'conversation_updated',
      conversation_id: 'c2',
      last_seq: 1,
      unread_count: 1,
      last_message,
    })
    await terminal.sees('Alan Turing: over here (1 unread)')
  })
})
