import type { Entry } from '../../client/index.ts'
import type { Session } from './session.ts'

const phases = {
  connecting: 'Connecting…',
  online: '',
  polling: 'Slow connection',
  offline: 'Offline',
  replaced: 'Replaced',
  'signed-out': 'Signed out',
}

/** The state that has no line of its own: the connection, who is typing, who is online and who has read. */
export function statusOf(session: Session): string {
  const { phase } = session.chat.state.getSnapshot()
  const waiting = session.unsent().filter(({ status }) => status !== 'failed').length
  const isWaiting = phase !== 'online' && waiting > 0
  return [
    phases[phase],
    isWaiting && `${waiting} ${waiting === 1 ? 'message waits' : 'messages wait'} to be sent`,
    // Without a connection, there is no news about other users.
    ...(phase === 'online' ? conversationStatus(session) : []),
  ]
    .filter(Boolean)
    .join(' · ')
}

function conversationStatus({ chat, current, directory }: Session): readonly string[] {
  const open = current()
  if (!open) return []
  const { entries, typing } = open.room.log.getSnapshot()
  const conversation = chat.conversations.getSnapshot().items.find(({ id }) => id === open.id)
  const others = conversation?.participants.filter(({ id }) => !directory.isMe(id)) ?? []
  const partner = conversation?.is_group ? undefined : others[0]
  const name = partner && directory.person(partner.id)
  const isOnline = partner && chat.presence.getSnapshot().get(partner.id)?.is_online
  const names = typing.map((id) => directory.person(id))
  const isRead = ownLast(entries, directory.isMe)?.is_read
  return [
    ...(name === undefined || isOnline === undefined
      ? []
      : [`${name} is ${isOnline ? 'online' : 'offline'}`]),
    ...(isRead ? [`${name ?? 'Everyone'} has read your last message`] : []),
    ...(names.length === 0 ? [] : [`${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} typing…`]),
  ]
}

const ownLast = (entries: readonly Entry[], isMe: (id: string) => boolean) => {
  const last = entries.findLast(({ kind, sender_id }) => kind === 'message' && isMe(sender_id))
  return last?.kind === 'message' ? last : undefined
}
