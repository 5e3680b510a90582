import type { Chat, Conversation, Person } from '../../client/index.ts'

/** The answer to an invitation that the user has sent. */
export interface Answer {
  /** The id of the invitation. */
  readonly id: string
  /** The invited user; undefined if the invitation is in no list and was sent before this page was opened. */
  readonly to?: Person | undefined
  /** The title of the group, if the invitation is to a group. */
  readonly title?: string | undefined
  /** The conversation, if the invitation was accepted. */
  readonly accepted?: Conversation | undefined
  readonly isDeclined: boolean
}

type Invited = Pick<Answer, 'to' | 'title'>

/**
 * Reports each answer to an invitation of the user once.
 *
 * @returns a function that stops it
 */
export function followAnswers(
  chat: Pick<Chat, 'on' | 'conversations'>,
  onAnswer: (answer: Answer) => void,
): () => void {
  /** Remembers the invitations: an answered one is in no list any more, and one to a group never was. */
  const sent = new Map<string, Invited>()
  const answered = new Set<string>()

  function onList(): void {
    for (const { id, status, participant: to } of chat.conversations.getSnapshot().items)
      if (status === 'pending') sent.set(id, { to })
  }

  onList()
  const stopList = chat.conversations.subscribe(onList)
  const stopFrames = chat.on('*', (frame) => {
    if (frame.type === 'invitation_sent') {
      const { id, to_user: to, title } = frame.invitation
      sent.set(id, { to, title })
    }
    if (frame.type !== 'invitation_accepted' && frame.type !== 'invitation_rejected') return
    const { invitation_id: id } = frame
    // A frame can arrive twice.
    if (answered.has(id)) return
    answered.add(id)
    const invited = sent.get(id)
    if (frame.type === 'invitation_rejected') return onAnswer({ id, ...invited, isDeclined: true })
    const { conversation: accepted, participant_id } = frame
    const to = accepted?.participants.find((person) => person.id === participant_id)
    onAnswer({ id, to, ...invited, accepted, isDeclined: false })
  })
  return () => {
    stopList()
    stopFrames()
  }
}
