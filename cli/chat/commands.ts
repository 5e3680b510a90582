import type { Chat } from './chat.ts'
import { type Parameter, readArguments, readLine, rest, UsageError, usage, word, words } from './parse.ts'
import type { Room } from './room.ts'

interface Command {
  readonly takes?: readonly Parameter[]
  /** One line for the help. */
  readonly does: string
  run(chat: Chat, values: readonly string[]): unknown
}

/** The commands by name. Parsing, completion and help derive from this table. */
export const commands: Readonly<Record<string, Command>> = {
  list: {
    does: 'list conversations, latest activity first',
    run: (chat) => chat.lists.conversations(),
  },
  open: {
    takes: [word('n|id')],
    does: 'open a conversation, by its number in the list or its id',
    run: (chat, [which = '']) => chat.open(which),
  },
  history: {
    does: 'show earlier messages, one page at a time',
    run: (chat) => opened(chat).history(),
  },
  invite: {
    takes: [word('user')],
    does: 'invite a user to a one-to-one conversation',
    run: (chat, [user = '']) => chat.lists.invite(user),
  },
  invitations: {
    does: 'list the invitations that await your answer',
    run: (chat) => chat.lists.invitations(),
  },
  accept: {
    takes: [word('n|id')],
    does: 'accept an invitation',
    run: (chat, [which = '']) => chat.lists.answer(which, 'accept'),
  },
  reject: {
    takes: [word('n|id')],
    does: 'reject an invitation',
    run: (chat, [which = '']) => chat.lists.answer(which, 'reject'),
  },
  withdraw: {
    takes: [word('n|id')],
    does: 'withdraw an invitation that you sent, by its number in the list or its id',
    run: (chat, [which = '']) => chat.lists.withdraw(which),
  },
  group: {
    takes: [word('title'), words('user')],
    does: 'create a group and invite users; put a title of several words in "quotes"',
    run: (chat, [title = '', ...users]) => chat.lists.createGroup(title, users),
  },
  search: {
    takes: [rest('q')],
    does: 'find people by the beginning of a name or an email address',
    run: (chat, [q = '']) => chat.lists.search(q),
  },
  read: {
    does: 'mark everything shown as read',
    run: (chat) => opened(chat).read(),
  },
  edit: {
    takes: [word('seq'), rest('text')],
    does: 'edit one of your messages',
    run: (chat, [seq = '', text = '']) => opened(chat).edit(numberOf(seq), text),
  },
  delete: {
    takes: [word('seq')],
    does: 'delete one of your messages',
    run: (chat, [seq = '']) => opened(chat).delete(numberOf(seq)),
  },
  leave: {
    does: 'leave the open group for good',
    run: (chat) => chat.leave(opened(chat)),
  },
  help: {
    does: 'show this list',
    run(chat) {
      for (const line of help()) chat.show({ type: 'help', ...line })
    },
  },
  // Handled where the lines are read.
  quit: { does: 'quit the chat', run: () => undefined },
}

/** The syntax and the purpose of everything that can be typed. */
export const help = (): readonly { readonly usage: string; readonly does: string }[] => [
  ...Object.entries(commands).map(([name, { takes = [], does }]) => ({ usage: usage(name, takes), does })),
  {
    usage: 'anything else',
    does: 'send a message to the open conversation; type // for one that starts with a slash',
  },
]

/** The action that a typed line requests. */
export interface Task {
  readonly kind: 'message' | 'command' | 'quit'
  run(chat: Chat): Promise<void>
}

/** Returns undefined for a blank line. Throws a `UsageError` for an unknown or incomplete command. */
export function readTask(text: string): Task | undefined {
  const line = readLine(text)
  if (!line) return undefined
  if (line.kind === 'text') {
    return { kind: 'message', run: async (chat) => await opened(chat).send(line.text) }
  }
  const command = Object.hasOwn(commands, line.name) ? commands[line.name] : undefined
  if (!command) throw new UsageError(`Unknown command /${line.name}; /help lists the commands.`)
  const { takes = [] } = command
  const values = readArguments(takes, line.args)
  if (!values) throw new UsageError(`Usage: ${usage(line.name, takes)}`)
  return {
    kind: line.name === 'quit' ? 'quit' : 'command',
    run: async (chat) => void (await command.run(chat, values)),
  }
}

function opened(chat: Chat): Room {
  if (!chat.room)
    throw new UsageError('No conversation is open. Find one with /list, then open it with /open <n|id>.')
  return chat.room
}

/** Messages are shown as `#3`. */
function numberOf(text: string): number {
  const [, digits] = /^#?([1-9]\d{0,14})$/.exec(text) ?? []
  if (digits === undefined) throw new UsageError(`${text} is not a message number.`)
  return Number(digits)
}
