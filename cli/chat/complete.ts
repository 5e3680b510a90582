import { fold, isSearchable } from '../../lambdas/fold.ts'
import { printable } from '../../protocol/text.ts'
import { commands } from './commands.ts'
import { asConversation, asInvitation, asPerson, beginsWith, type Candidate } from './find.ts'
import type { Completion } from './parse.ts'
import type { Session } from './session.ts'

/** What the Tab key offers for the end of a line. */
export interface Completions {
  readonly offers: readonly string[]
  /** The part of the line that an offer replaces. */
  readonly typed: string
}

const nothing: Completions = { offers: [], typed: '' }

/** Completes commands, and the names of people, conversations and invitations in their arguments. */
export async function complete(line: string, session: Session | undefined): Promise<Completions> {
  const [, name, space, args = ''] = /^\/(\w*)(\s+)?(.*)$/su.exec(line) ?? []
  if (name === undefined || !session) return nothing
  if (space === undefined) {
    const offers = Object.keys(commands).map((command) => `/${command} `)
    return { offers: offers.filter((offer) => offer.startsWith(line)), typed: line }
  }
  const { completion, kind } = commands[name]?.takes?.at(-1) ?? {}
  if (!completion) return nothing
  if (kind === 'rest') return await offersFor(args, completion, session)
  // Of several words, the last one is completed. It begins with a quote if it will contain spaces.
  const [, last] = /^(?:(?:"[^"]*"|[^\s"]\S*)\s+)+("[^"]*|[^\s"]\S*|)$/su.exec(args) ?? []
  if (last === undefined) return nothing
  const { offers } = await offersFor(last.replace('"', ''), completion, session)
  return { offers: offers.map((offer) => (/\s/.test(offer) ? `"${offer}" ` : `${offer} `)), typed: last }
}

async function offersFor(typed: string, completion: Completion, session: Session): Promise<Completions> {
  const found = (await candidates[completion](session, typed)).filter(({ names }) =>
    names.some((name) => beginsWith(name, typed)),
  )
  const isAmbiguous = (name: string) =>
    found.filter(({ names }) => names.some((other) => fold(other) === fold(name))).length > 1
  // An offer must be a name that leads back to the same candidate.
  const offers = found.map(
    ({ id, names }) => names.find((name) => printable(name) === name && !isAmbiguous(name)) ?? id,
  )
  return { offers: [...new Set(offers)].sort(), typed }
}

const candidates: Readonly<
  Record<Completion, (session: Session, typed: string) => Promise<readonly Candidate[]>>
> = {
  conversation: async ({ chat, directory }) =>
    chat.conversations.getSnapshot().items.map(asConversation(directory)),
  invitation: async ({ chat }) => chat.invitations.getSnapshot().map(asInvitation),
  async person({ chat, directory }, typed) {
    if (isSearchable(fold(typed))) directory.learn(...(await chat.search(typed).catch(() => [])))
    return [...directory.people.values()].filter(({ id }) => !directory.isMe(id)).map(asPerson)
  },
}
