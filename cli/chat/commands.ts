import type { Chat } from './chat.ts'
import type { ChatEvent } from './events.ts'
import { type Parameter, readArguments, readLine, rest, UsageError, usage, word, words } from './parse.ts'
import type { Room } from './room.ts'

/** What commands work with. */
export interface Desk {
  readonly chat: Chat
  show(event: ChatEvent): void
  quit(): void
}

interface Command {
  readonly takes: readonly Parameter[]
  readonly does: string
  run(desk: Desk, values: readonly string[]): unknown
}

/** All that can be typed beside messages; parsing and help come from here. */
export const commands: Readonly<Record<string, Command>> = {
  list: {
    takes: [],
    does: 'conversations, newest first',
    run: ({ chat }) => chat.lists.conversations(),
  },
  open: {
    takes: [word('n|id')],
    does: 'open a conversation, by its number in the list or its id',
    run: ({ chat }, [which = '']) => chat.open(which),
  },
  history: {
    takes: [],
    does: 'what was said before, a page at a time',
    run: ({ chat }) => opened(chat).history(),
  },
  invite: {
    takes: [word('user')],
    does: 'invite somebody to a conversation of two',
    run: ({ chat }, [user = '']) => chat.lists.invite(user),
  },
  invitations: {
    takes: [],
    does: 'invitations that wait for your answer',
    run: ({ chat }) => chat.lists.invitations(),
  },
  accept: {
    takes: [word('n|id')],
    does: 'accept an invitation',
    run: ({ chat }, [which = '']) => chat.lists.answer(which, 'accept'),
  },
  reject: {
    takes: [word('n|id')],
    does: 'reject an invitation',
    run: ({ chat }, [which = '']) => chat.lists.answer(which, 'reject'),
  },
  group: {
    takes: [word('title'), words('user')],
    does: 'make a group and invite others; "a title of several words"',
    run: ({ chat }, [title = '', ...users]) => chat.lists.createGroup(title, users),
  },
  search: {
    takes: [rest('q')],
    does: 'find people by the beginning of a name or an e-mail address',
    run: ({ chat }, [q = '']) => chat.lists.search(q),
  },
  read: {
    takes: [],
    does: 'mark what was shown as read',
    run: ({ chat }) => opened(chat).read(),
  },
  edit: {
    takes: [word('seq'), rest('text')],
    does: 'give a message of yours other words',
    run: ({ chat }, [seq = '', text = '']) => opened(chat).edit(numberOf(seq), text),
  },
  delete: {
    takes: [word('seq')],
    does: 'empty a message of yours',
    run: ({ chat }, [seq = '']) => opened(chat).delete(numberOf(seq)),
  },
  leave: {
    takes: [],
    does: 'leave the open group for good',
    run: ({ chat }) => chat.leave(opened(chat)),
  },
  help: {
    takes: [],
    does: 'this list',
    run({ show }) {
      for (const line of help()) show({ type: 'help', ...line })
    },
  },
  quit: { takes: [], does: 'end', run: (desk) => desk.quit() },
}

/** How everything is written, and what it does. */
export const help = (): readonly { readonly usage: string; readonly does: string }[] => [
  ...Object.entries(commands).map(([name, { takes, does }]) => ({ usage: usage(name, takes), does })),
  { usage: 'anything else', does: 'a message to the open conversation; // for one that begins with a slash' },
]

/** What a line asks for. */
export interface Task {
  readonly kind: 'message' | 'command' | 'quit'
  run(desk: Desk): Promise<void>
}

/** Nothing for an empty line; throws a `UsageError` for what is no command. */
export function readTask(text: string): Task | undefined {
  const line = readLine(text)
  if (!line) return undefined
  if (line.kind === 'text') {
    return { kind: 'message', run: async ({ chat }) => await opened(chat).send(line.text) }
  }
  const command = Object.hasOwn(commands, line.name) ? commands[line.name] : undefined
  if (!command) throw new UsageError(`There is no command /${line.name}; /help lists them.`)
  const values = readArguments(command.takes, line.following)
  if (!values) throw new UsageError(`It is written ${usage(line.name, command.takes)}.`)
  return {
    kind: line.name === 'quit' ? 'quit' : 'command',
    run: async (desk) => void (await command.run(desk, values)),
  }
}

function opened(chat: Chat): Room {
  if (!chat.room) throw new UsageError('No conversation is open; /list shows them, /open <n|id> opens one.')
  return chat.room
}

/** Messages are shown as `#3`. */
function numberOf(text: string): number {
  const [, digits] = /^#?([1-9]\d{0,14})$/.exec(text) ?? []
  if (digits === undefined) throw new UsageError(`${text} is no number of a message.`)
  return Number(digits)
}
