import type { OpenConversation } from './conversation.ts'
import {
  flag,
  type Parameter,
  readArguments,
  readLine,
  rest,
  UsageError,
  usage,
  word,
  words,
} from './parse.ts'
import type { Session } from './session.ts'

interface Command {
  readonly takes?: readonly Parameter[]
  /** One line for the help. */
  readonly does: string
  run(session: Session, values: readonly string[]): unknown
}

/** The commands by name. Parsing, completion and help derive from this table. */
export const commands: Readonly<Record<string, Command>> = {
  list: {
    does: 'list conversations, latest activity first',
    run: (session) => session.lists.conversations(),
  },
  open: {
    takes: [rest('n|name|id', 'conversation')],
    does: 'open a conversation',
    run: (session, [which = '']) => session.open(which),
  },
  history: {
    does: 'show earlier messages, one page at a time',
    run: (session) => opened(session).history(),
  },
  invite: {
    takes: [rest('user', 'person')],
    does: 'invite a user to a one-to-one conversation',
    run: (session, [user = '']) => session.lists.invite(user),
  },
  invitations: {
    does: 'list the invitations that await your answer',
    run: (session) => session.lists.invitations(),
  },
  accept: {
    takes: [rest('n|name|id', 'invitation')],
    does: 'accept an invitation and open the conversation',
    run: async (session, [which = '']) => session.enter(await session.lists.answer(which, 'accept')),
  },
  reject: {
    takes: [rest('n|name|id', 'invitation')],
    does: 'reject an invitation',
    run: (session, [which = '']) => session.lists.answer(which, 'reject'),
  },
  withdraw: {
    takes: [rest('n|name|id', 'conversation')],
    does: 'withdraw an invitation that you sent',
    run: (session, [which = '']) => session.lists.withdraw(which),
  },
  group: {
    takes: [word('title'), words('user', 'person')],
    does: 'create a group; put several words in "quotes"',
    run: async (session, [title = '', ...users]) =>
      session.enter(await session.lists.createGroup(title, users)),
  },
  search: {
    takes: [rest('q')],
    does: 'find people by the beginning of a name or email',
    run: (session, [q = '']) => session.lists.search(q),
  },
  read: {
    does: 'mark everything shown as read',
    run: (session) => opened(session).read(),
  },
  edit: {
    takes: [word('seq'), rest('text')],
    does: 'edit one of your messages',
    run: (session, [seq = '', text = '']) => opened(session).room.edit(numberOf(seq), text),
  },
  delete: {
    takes: [word('seq'), flag('--yes')],
    does: 'delete one of your messages; --yes skips the question',
    run: (session, [seq = '', yes = '']) => remove(session, numberOf(seq), yes !== ''),
  },
  retry: {
    does: 'send the refused messages again',
    run: (session) => eachRefused(session, ({ room }, id) => room.retry(id)),
  },
  discard: {
    does: 'forget the refused messages',
    run: (session) => eachRefused(session, ({ room }, id) => room.discard(id)),
  },
  leave: {
    does: 'leave the open group for good',
    run: (session) => {
      opened(session)
      return session.leave()
    },
  },
  help: {
    does: 'show this list',
    run(session) {
      for (const line of help()) session.view.show({ type: 'help', ...line })
    },
  },
  // `quit` is handled where the lines are read.
  quit: { does: 'quit the chat', run: () => undefined },
}

/** The syntax and the purpose of everything that can be typed. */
export const help = (): readonly { readonly usage: string; readonly does: string }[] => [
  ...Object.entries(commands).map(([name, { takes = [], does }]) => ({ usage: usage(name, takes), does })),
  { usage: 'anything else', does: 'send a message; type // if the message starts with /' },
  { usage: 'anything \\', does: 'continue in the next line; pastes keep line breaks' },
]

/** The action that a typed line requests. */
export interface Task {
  readonly kind: 'message' | 'command' | 'quit'
  run(session: Session): Promise<void>
}

/** Returns undefined for a blank line. Throws a `UsageError` for an unknown or incomplete command. */
export function readTask(text: string): Task | undefined {
  const line = readLine(text)
  if (!line) return undefined
  if (line.kind === 'text') {
    return { kind: 'message', run: async (session) => await opened(session).send(line.text) }
  }
  const command = Object.hasOwn(commands, line.name) ? commands[line.name] : undefined
  if (!command) throw new UsageError(`Unknown command /${line.name}; /help lists the commands.`)
  const { takes = [] } = command
  const values = readArguments(takes, line.args)
  if (!values) throw new UsageError(`Usage: ${usage(line.name, takes)}`)
  return {
    kind: line.name === 'quit' ? 'quit' : 'command',
    run: async (session) => void (await command.run(session, values)),
  }
}

function opened(session: Session): OpenConversation {
  const conversation = session.current()
  if (conversation) return conversation
  throw new UsageError('No conversation is open. Find one with /list, then open it with /open <n|name|id>.')
}

/** Deleting cannot be undone. */
async function remove(session: Session, seq: number, isConfirmed: boolean): Promise<void> {
  const { room } = opened(session)
  const { confirm } = session.view
  if (!isConfirmed && !confirm) throw new UsageError(`Add --yes to delete a message: /delete ${seq} --yes`)
  if (isConfirmed || (await confirm?.(`Delete #${seq} for everyone?`))) await room.remove(seq)
}

function eachRefused(session: Session, run: (conversation: OpenConversation, id: string) => void): void {
  const conversation = opened(session)
  const refused = conversation.unsent().filter(({ status }) => status === 'failed')
  for (const { clientMessageId } of refused) run(conversation, clientMessageId)
  if (refused.length === 0) session.view.show({ type: 'nothing', of: 'refused messages' })
}

/** Accepts `3` and `#3`, because messages are shown as `#3`. */
function numberOf(text: string): number {
  const [, digits] = /^#?([1-9]\d{0,14})$/.exec(text) ?? []
  if (digits === undefined) throw new UsageError(`${text} is not a message number.`)
  return Number(digits)
}
