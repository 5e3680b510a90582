import type { AnswerTypes, Chat, ServerFrame, ServerFrameOf, ServerFrameType } from '../../client/index.ts'
import type { Directory } from './directory.ts'
import type { ChatEvent } from './events.ts'

/** Frames that do not answer a request. An answer is shown by the caller of the request. */
type Push = Exclude<ServerFrameType, AnswerTypes[keyof AnswerTypes] | 'error'>

/**
 * How each push is shown. `elsewhere` means that it is shown as an entry of the open conversation, as a change of a
 * list, or in the status line; the others become events.
 */
const shown: { readonly [P in Push]: 'elsewhere' | ((frame: ServerFrameOf<P>) => ChatEvent) } = {
  new_message: 'elsewhere',
  message_updated: 'elsewhere',
  participant_joined: 'elsewhere',
  participant_left: 'elsewhere',
  owner_changed: 'elsewhere',
  conversation_updated: 'elsewhere',
  new_invitation: 'elsewhere',
  message_read: 'elsewhere',
  user_typing: 'elsewhere',
  user_presence: (frame) => frame,
  conversation_added: (frame) => frame,
  conversation_removed: (frame) => frame,
  invitation_accepted: (frame) => frame,
  invitation_rejected: (frame) => frame,
  invitation_withdrawn: (frame) => frame,
  invitation_sent: ({ invitation: { id, to_user } }) => ({
    type: 'invited',
    user: to_user?.id ?? '',
    invitation_id: id,
  }),
  invitation_answered: ({ conversation_id, invitation_id, status }) =>
    status === 'rejected'
      ? { type: 'rejected', invitation_id }
      : { type: 'accepted', invitation_id, ...(conversation_id === undefined ? {} : { conversation_id }) },
}

/**
 * Shows each thing that happens around the user once, although the user's own actions are also pushed to this
 * connection.
 */
export interface News {
  /** Shows the result of an action of the user before the pushes about it. */
  own<T>(action: () => Promise<T>, eventOf: (result: T) => ChatEvent): Promise<T>
  /** Whether an action of the user is in progress. */
  isActing(): boolean
  stop(): void
}

export function createNews(chat: Chat, directory: Directory, show: (event: ChatEvent) => void): News {
  const told = new Set<string>()
  let actions = 0
  let held: ChatEvent[] = []

  function tell(event: ChatEvent): void {
    const facts = factsOf(event)
    const isKnown = facts.length > 0 && facts.every((fact) => told.has(fact))
    for (const fact of facts) {
      // A user can leave a group and join it again.
      told.delete(fact.replace(/^(in|out) /, (side) => (side === 'in ' ? 'out ' : 'in ')))
      told.add(fact)
    }
    if (!isKnown) show(event)
  }

  const stop = chat.on('*', (frame) => {
    if (frame.type === 'invitation_sent') directory.learn(frame.invitation.to_user)
    const event = eventOf(frame)
    if (!event) return
    if (actions > 0) held.push(event)
    else tell(event)
  })

  return {
    async own(action, toEvent) {
      actions++
      try {
        const result = await action()
        tell(toEvent(result))
        return result
      } finally {
        if (--actions === 0) {
          const events = held
          held = []
          events.forEach(tell)
        }
      }
    },
    isActing: () => actions > 0,
    stop,
  }
}

function eventOf(frame: ServerFrame): ChatEvent | undefined {
  const toEvent = Object.hasOwn(shown, frame.type) ? shown[frame.type as Push] : 'elsewhere'
  return toEvent === 'elsewhere' ? undefined : (toEvent as (frame: ServerFrame) => ChatEvent)(frame)
}

/** The facts that an event tells the user. An event without facts is always shown. */
function factsOf(event: ChatEvent): readonly string[] {
  switch (event.type) {
    case 'invited':
      return [`invited ${event.invitation_id}`]
    case 'accepted':
      return [
        `answered ${event.invitation_id}`,
        ...(event.conversation_id ? [`in ${event.conversation_id}`] : []),
      ]
    case 'rejected':
      return [`answered ${event.invitation_id}`]
    case 'withdrawn':
    case 'invitation_withdrawn':
      return [`withdrawn ${event.invitation_id}`]
    case 'invitation_accepted':
      return [`accepted ${event.invitation_id}`, `in ${event.conversation_id}`]
    case 'conversation_added':
    case 'group_created':
      return [`in ${event.conversation.id}`]
    case 'conversation_removed':
    case 'left':
      return [`out ${event.conversation_id}`]
    default:
      return []
  }
}
