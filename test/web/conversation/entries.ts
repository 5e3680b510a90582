import type { Message, ParticipantChange, Pending } from '../../../client/index.ts'

/** Milliseconds since 1970 of a time of day in the time zone of the test. */
function timeOf(time: string, day: number): number {
  const [hours, minutes] = time.split(':').map(Number)
  return new Date(2025, 2, day, hours, minutes).getTime()
}

export const message = (
  seq: number,
  sender: string,
  time = '10:00',
  day = 1,
  fields: Partial<Message> = {},
): Message => ({
  id: `m${seq}`,
  conversation_id: 'c',
  seq,
  sender_id: sender,
  created_at: new Date(timeOf(time, day)).toISOString(),
  kind: 'message',
  content: `message ${seq}`,
  is_read: false,
  ...fields,
})

export const joined = (seq: number, user: string): ParticipantChange => {
  const { id, conversation_id, sender_id, created_at } = message(seq, user)
  const participant = { id: user, firstname: user, lastname: '', email: `${user}@example.com` }
  return { id, conversation_id, seq, sender_id, created_at, kind: 'participant_joined', participant }
}

export const pendingMessage = (clientMessageId: string, time = '10:00', day = 1): Pending => ({
  clientMessageId,
  content: 'waiting',
  createdAt: timeOf(time, day),
  stored: true,
  status: 'waiting',
})
