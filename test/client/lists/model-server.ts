import type { Conversation, Message, Person, ServerFrame } from '../../../client/wire.ts'
import type { Random } from '../../../verification/model/random.ts'
import { aMessage, anInvitation, aPerson, at, me } from './support.ts'

/** A conversation as the server stores it. */
interface Stored {
  readonly id: string
  readonly isGroup: boolean
  /** Whether the client's connection has joined it, and therefore gets every message. */
  readonly isJoined: boolean
  readonly messages: Message[]
  /** The read cursors. */
  readonly cursors: Map<string, number>
  users: Set<string>
  owner: string
  lastSeq: number
  updatedAt: string
  /** Counts may then be too high, or not exact before the list is read again. */
  isInexact: boolean
}

const others = ['bob', 'eve', 'joe', 'kim']

/** A small model of the server, for one connection of the user. Each action returns the frames that it pushes. */
export function modelServer(random: Random) {
  const conversations = new Map<string, Stored>()
  const pending = new Map<string, { to: string; createdAt: string }>()
  const presence = new Map<string, { is_online: boolean; last_seen: string }>()
  let minutes = 0
  let created = 0
  const tick = () => at(++minutes)
  const person = (id: string): Person => aPerson(id, id === me ? {} : presence.get(id))

  function show(of: Stored, message: Message, reader: string): Message {
    const readers = [...of.users].filter((user) => (message.sender_id === me ? user !== me : user === reader))
    const isRead = readers.length > 0 && readers.every((user) => (of.cursors.get(user) ?? 0) >= message.seq)
    return { ...message, is_read: isRead }
  }

  function unread({ messages, cursors }: Stored, withDeleted = false): number {
    const isUnread = ({ seq, sender_id, deleted_at }: Message) =>
      seq > (cursors.get(me) ?? 0) && sender_id !== me && (withDeleted || deleted_at === undefined)
    return messages.filter(isUnread).length
  }

  function view(of: Stored): Conversation {
    const participants = [...of.users].sort().map(person)
    const last = of.messages.at(-1)
    const names = participants
      .filter(({ id }) => id !== me)
      .map(({ firstname, lastname }) => `${firstname} ${lastname}`)
    return {
      id: of.id,
      status: 'accepted',
      is_group: of.isGroup,
      ...(of.isGroup ? { owner_id: of.owner } : {}),
      participants,
      participant: of.isGroup
        ? { id: of.id, firstname: names.join(', '), lastname: '', email: '' }
        : person([...of.users].find((user) => user !== me) ?? ''),
      last_message: last ? { ...show(of, last, me), timestamp: last.created_at } : null,
      last_seq: of.lastSeq,
      unread_count: unread(of),
      updated_at: of.updatedAt,
    }
  }

  function list(): readonly Conversation[] {
    const invited = [...pending].map(
      ([id, { to, createdAt }]): Conversation => ({
        id,
        status: 'pending',
        is_group: false,
        participants: [aPerson(me), aPerson(to)],
        participant: aPerson(to),
        last_message: null,
        last_seq: 0,
        unread_count: 0,
        updated_at: createdAt,
      }),
    )
    return [...[...conversations.values()].filter(({ users }) => users.has(me)).map(view), ...invited].sort(
      (a, b) =>
        a.updated_at !== b.updated_at ? (a.updated_at > b.updated_at ? -1 : 1) : a.id < b.id ? -1 : 1,
    )
  }

  function create(isGroup: boolean, isNew = false): Stored {
    const id = `c${created++}`
    const users = new Set(isGroup ? [me, 'bob', 'eve'] : [me, random.pick(others)])
    const isJoined = random.chance(0.5)
    const stored = {
      id,
      isGroup,
      isJoined,
      users,
      owner: 'bob',
      messages: [],
      cursors: new Map<string, number>(),
    }
    const all = { ...stored, lastSeq: 0, updatedAt: tick(), isInexact: isNew }
    conversations.set(id, all)
    return all
  }

  function entry(of: Stored): { readonly seq: number; readonly now: string } {
    of.updatedAt = tick()
    return { seq: ++of.lastSeq, now: of.updatedAt }
  }

  const updated = (of: Stored): ServerFrame => {
    const last = of.messages.at(-1)
    return {
      type: 'conversation_updated',
      conversation_id: of.id,
      last_seq: of.lastSeq,
      last_message: last ? show(of, last, me) : null,
      unread_count: unread(of, true),
    }
  }

  /** Frames to the user, who must be a participant to get any. */
  const toUser = (of: Stored, ...frames: readonly ServerFrame[]) => (of.users.has(me) ? frames : [])

  function say(of: Stored): readonly ServerFrame[] {
    const sender_id = random.pick([...of.users])
    const { seq, now } = entry(of)
    const message = aMessage(of.id, seq, { sender_id, created_at: now })
    of.messages.push(message)
    if (sender_id === me) of.isInexact = true
    if (sender_id === me && random.chance(0.5)) {
      return toUser(of, { type: 'message_sent', conversation_id: of.id, message })
    }
    const isOverRest = sender_id !== me && random.chance(0.3)
    if (of.isJoined || isOverRest) return toUser(of, { type: 'new_message', conversation_id: of.id, message })
    return toUser(of, updated(of))
  }

  function change(of: Stored): readonly ServerFrame[] {
    const index = random.below(of.messages.length || 1)
    const message = of.messages[index]
    if (!message || message.deleted_at !== undefined) return []
    const { seq, now } = entry(of)
    of.isInexact = true
    const isDeleted = random.chance(0.3)
    const next = isDeleted
      ? { ...message, content: '', deleted_at: now }
      : { ...message, content: `edited by ${seq}`, edited_at: now }
    of.messages[index] = next
    if (next.sender_id === me) return toUser(of, updated(of))
    const shown = show(of, next, me)
    return toUser(of, { type: 'message_updated', conversation_id: of.id, seq, message: shown })
  }

  function read(of: Stored): readonly ServerFrame[] {
    const user = random.pick([...of.users])
    if ((of.cursors.get(user) ?? 0) >= of.lastSeq) return []
    const [last_read_seq, read_at] = [of.lastSeq, tick()]
    of.cursors.set(user, last_read_seq)
    const frame = {
      type: 'message_read',
      conversation_id: of.id,
      user_id: user,
      last_read_seq,
      read_at,
    } as const
    if (user === me) return toUser(of, { ...frame, unread_count: unread(of) })
    return of.isJoined ? toUser(of, frame) : []
  }

  function members(of: Stored): readonly ServerFrame[] {
    if (!of.isGroup) return []
    const user = random.pick(others)
    const owner = [...of.users].find((one) => one !== user && one !== me)
    if (owner === undefined) return []
    const { seq } = entry(of)
    of.isInexact = true
    const frame = { conversation_id: of.id, seq, participant: person(user) }
    if (!of.users.has(user)) {
      of.users = new Set([...of.users, user])
      return toUser(of, { type: 'participant_joined', ...frame })
    }
    if (random.chance(0.3)) {
      of.owner = user
      return toUser(of, { type: 'owner_changed', ...frame, owner_id: user })
    }
    of.users = new Set([...of.users].filter((one) => one !== user))
    const isOwner = of.owner === user
    if (isOwner) of.owner = owner
    return toUser(of, { type: 'participant_left', ...frame, ...(isOwner ? { owner_id: owner } : {}) })
  }

  function appear(): readonly ServerFrame[] {
    const user_id = random.pick(others)
    const is_online = !presence.get(user_id)?.is_online
    const last_seen = tick()
    presence.set(user_id, { is_online, last_seen })
    return [{ type: 'user_presence', user_id, is_online, last_seen }]
  }

  /** The user joins or leaves a group. */
  function joinOrLeave(of: Stored): readonly ServerFrame[] {
    if (!of.isGroup) return []
    const { seq } = entry(of)
    of.isInexact = true
    if (of.users.has(me)) {
      of.users = new Set([...of.users].filter((user) => user !== me))
      return [{ type: 'conversation_removed', conversation_id: of.id }]
    }
    of.users = new Set([...of.users, me])
    of.cursors.set(me, seq)
    return [{ type: 'conversation_added', conversation: view(of) }]
  }

  function invite(): readonly ServerFrame[] {
    const [id, to, created_at] = [`i${created++}`, random.pick(others), tick()]
    pending.set(id, { to, createdAt: created_at })
    const invitation = anInvitation(id, { from_user: aPerson(me), to_user: aPerson(to), created_at })
    return [{ type: 'invitation_sent', invitation }]
  }

  function answer(): readonly ServerFrame[] {
    const [id] = pending.keys()
    if (id === undefined) return []
    pending.delete(id)
    if (random.chance(0.5)) return [{ type: 'invitation_rejected', invitation_id: id }]
    const of = create(false, true)
    const conversation = view(of)
    const fields = { invitation_id: id, conversation_id: of.id, participant_id: 'bob' }
    return [
      { type: 'invitation_accepted', ...fields, ...(random.chance(0.5) ? { conversation } : {}) },
      { type: 'conversation_added', conversation },
    ]
  }

  const any = () => random.pick([...conversations.values()])
  const onLogs = [say, say, say, change, read, members].map((action) => () => action(any()))
  return {
    create,
    list,
    isInexact: (id: string) => conversations.get(id)?.isInexact ?? false,
    /** A user writes a message. */
    speak: () => say(any()),
    /** Something happens in a conversation, or to the presence of a user. */
    act: () => random.pick([...onLogs, appear])(),
    /** Something happens to the list itself. */
    actOnList: () => random.pick([() => joinOrLeave(any()), invite, answer])(),
  }
}
