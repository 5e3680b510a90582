import { toSeen } from '../model/record.ts'
import type { Client, Frame } from './client.ts'

/** Of a conversation that is not the user's. */
export const REFUSED = Number.POSITIVE_INFINITY

/** What a client makes of the frames that reach it, and what it finds wrong with them. */
export class Inbox {
  constructor(private readonly client: Client) {}

  read(connection: string, frame: Frame): void {
    const conversation = String(frame['conversation_id'] ?? '')
    switch (frame['type']) {
      case 'authenticated':
        this.#onAuthenticated(frame)
        break
      case 'joined_conversation':
        this.#onJoined(conversation, frame)
        break
      case 'left_conversation':
        this.client.fetch(conversation)
        break
      case 'new_message':
        this.#onMessage(connection, conversation, frame)
        break
      case 'message_updated':
        this.#onUpdate(connection, conversation, frame)
        break
      case 'conversation_updated':
        // For lists and badges: this client trusts neither it nor any other push to be complete.
        this.#checkRights('conversation_updated')
        this.client.record.reached(this.client.options.user, connection, conversation, 'conversation_updated')
        break
      case 'user_presence':
        this.#onPresence(connection, String(frame['user_id']))
        break
      case 'message_sent':
        this.#onSent(frame)
        break
      case 'pong':
        this.#onPong(frame)
        break
      case 'error':
        this.#onError(frame)
        break
    }
  }

  #onAuthenticated(frame: Frame): void {
    const { client } = this
    client.renewing.delete(String(frame['request_id']))
    this.#checkRights('authenticated')
    client.expiresAt = Date.parse(String(frame['expires_at']))
    if (!client.authenticated) for (const id of client.options.conversations) client.fetch(id)
    client.authenticated = true
    client.outbox.pump()
  }

  #onSent(frame: Frame): void {
    const { history } = this.client.record
    if (String(frame['request_id']).startsWith('forgery')) {
      history.violate('changed', `other words were acknowledged: ${frame['request_id']}`, ['forgery'])
    }
    this.client.outbox.answered(frame)
  }

  #onJoined(conversation: string, frame: Frame): void {
    this.#checkRights('joined_conversation')
    this.client.joined.add(conversation)
    this.client.fetching.delete(conversation)
    this.client.record.reached(
      this.client.options.user,
      this.client.connection ?? '',
      conversation,
      'joined_conversation',
    )
    const messages = (frame['messages'] ?? []) as readonly unknown[]
    for (const message of messages) this.client.take(conversation, message)
    const view = this.client.views.get(conversation)
    if (!view) return
    if (frame['has_more'] === true) this.client.fetch(conversation)
    else if (view.held < Number(frame['last_seq'])) {
      this.client.record.history.note(
        `${this.client.options.name} was told has_more false and last_seq ${frame['last_seq']}`,
      )
      this.client.record.history.violate(
        'false answer',
        `has_more is false before last_seq in ${conversation}`,
        [conversation],
      )
    }
  }

  #onMessage(connection: string, conversation: string, frame: Frame): void {
    const { user, name } = this.client.options
    this.client.record.reached(user, connection, conversation, 'new_message')
    this.#checkRights('new_message')
    const seen = toSeen(frame['message'])
    this.client.record.history.note(`${name} gets ${seen.seq} of ${conversation} on ${connection}`)
    const own = this.client.record.sends.get(`${conversation} ${user} ${seen.key}`)
    if (own?.over.size === 1 && own.over.has(connection)) {
      this.client.record.history.violate(
        'echo',
        `${connection} got back ${seen.key}, which it alone had sent`,
        [connection],
      )
    }
    this.client.take(conversation, frame['message'])
    this.#fetchMissing(conversation)
  }

  #onUpdate(connection: string, conversation: string, { seq, message }: Frame): void {
    const { user, name } = this.client.options
    this.client.record.reached(user, connection, conversation, 'message_updated')
    this.#checkRights('message_updated')
    this.client.record.history.note(`${name} gets ${seq} of ${conversation}, a change, on ${connection}`)
    const { seq: target_seq, sender_id } = message as Frame
    this.client.take(conversation, { seq, sender_id, target_seq, message })
    this.#fetchMissing(conversation)
  }

  #fetchMissing(conversation: string): void {
    const { options, scheduler, views } = this.client
    const view = views.get(conversation)
    if (!view?.hasGap || options.sleeper) return
    scheduler.after(300, `${options.name} misses something`, () => {
      if (view.hasGap) this.client.fetch(conversation)
    })
  }

  #onPresence(connection: string, user: string): void {
    this.#checkRights('user_presence')
    const { record, options } = this.client
    const shared = [...record.conversations.values()].some(
      (users) => users.has(user) && users.has(options.user),
    )
    if (shared && user !== options.user) return
    record.history.violate('leak', `user_presence of ${user} reached ${options.user}`, [connection])
  }

  #onPong({ heads }: Frame): void {
    this.client.missedPongs = 0
    for (const [id, view] of this.client.views) {
      const head = (heads as { readonly [id: string]: number })[id]
      if (head === undefined ? this.client.authenticated : head > view.held) this.client.fetch(id)
    }
  }

  #onError(frame: Frame): void {
    const code = String(frame['code'])
    const request = String(frame['request_id'] ?? '')
    this.client.record.history.note(`${this.client.options.name} hears ${code} ${request}`)
    if (code === 'reconnect_required') {
      this.client.drop()
      return
    }
    if (/^(unauthorized|forbidden)$/.test(code) && request.startsWith('authenticate') && this.#isDismissed) {
      this.client.stop()
      return
    }
    if (this.client.outbox.refused(frame) || code === 'unauthorized') return
    if (code === 'token_expired') {
      if (!this.client.options.sleeper) this.client.authenticate()
      return
    }
    const [, conversation = ''] = request.split(' ')
    if (
      code === 'not_found' &&
      !this.client.record.conversations.get(conversation)?.has(this.client.options.user)
    ) {
      this.client.fetching.set(conversation, REFUSED)
      return
    }
    if (frame['retryable'] === true || request.startsWith('forgery')) return
    this.client.record.history.violate('false answer', `${code} to a correct ${request}`, [
      this.client.connection ?? '',
    ])
  }

  get #isDismissed(): boolean {
    return this.client.record.dismissing.has(this.client.options.user)
  }

  /** A function lives for ten seconds and its clock may differ; whatever comes later than that leaked. */
  #checkRights(what: string): void {
    const { scheduler, record, options, expiresAt } = this.client
    const dismissedAt = record.dismissedAt.get(options.user) ?? Number.POSITIVE_INFINITY
    const after = (end: number, cause: string) => {
      if (scheduler.now <= end + 20_000) return
      record.history.violate('leak', `${what} reached ${options.name} after ${cause}`, [
        this.client.connection ?? '',
      ])
    }
    after(expiresAt, 'its token had expired')
    after(dismissedAt, 'the user was dismissed')
  }
}
