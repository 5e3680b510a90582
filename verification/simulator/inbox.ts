import { toSeenEntry } from '../model/ledger.ts'
import { type Device, type Frame, REFUSED } from './device.ts'

/** How long a connection may outlive its rights: an invocation lasts ten seconds, and its clock may be off. */
const GRACE_MS = 20_000

/** Handles the frames that a client receives, and checks them. */
export class Inbox {
  readonly #client: Device

  constructor(client: Device) {
    this.#client = client
  }

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
        this.#client.fetch(conversation)
        break
      case 'new_message':
        this.#onMessage(connection, conversation, frame)
        break
      case 'message_updated':
        this.#onUpdate(connection, conversation, frame)
        break
      case 'conversation_updated':
        // Meant for lists and badges. Like any push it may be missing, so the client does not use it.
        this.#checkRights('conversation_updated')
        this.#checkReach(connection, conversation, 'conversation_updated')
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
    const client = this.#client
    client.renewing.delete(String(frame['request_id']))
    this.#checkRights('authenticated')
    client.expiresAt = Date.parse(String(frame['expires_at']))
    if (!client.authenticated) for (const id of client.options.conversations) client.fetch(id)
    client.authenticated = true
    client.outbox.pump()
  }

  #onSent(frame: Frame): void {
    if (String(frame['request_id']).startsWith('forgery')) {
      const text = `other content was acknowledged: ${frame['request_id']}`
      this.#client.ledger.history.violate('changed', text, ['forgery'])
    }
    this.#client.outbox.acknowledged(frame)
  }

  #onJoined(conversation: string, frame: Frame): void {
    const client = this.#client
    this.#checkRights('joined_conversation')
    client.joined.add(conversation)
    client.fetching.delete(conversation)
    this.#checkReach(client.connection ?? '', conversation, 'joined_conversation')
    for (const message of (frame['messages'] ?? []) as readonly unknown[]) client.take(conversation, message)
    const view = client.views.get(conversation)
    if (!view) return
    if (frame['has_more'] === true) client.fetch(conversation)
    else {
      const { name } = client.options
      client.ledger.joinedToTheEnd({
        name,
        conversation,
        held: view.held,
        lastSeq: Number(frame['last_seq']),
      })
    }
  }

  #onMessage(connection: string, conversation: string, frame: Frame): void {
    const { ledger, options } = this.#client
    this.#checkReach(connection, conversation, 'new_message')
    this.#checkRights('new_message')
    const entry = toSeenEntry(frame['message'])
    ledger.pushed(options.user, options.name, connection, conversation, entry)
    this.#client.take(conversation, frame['message'])
    this.#fetchMissing(conversation)
  }

  #onUpdate(connection: string, conversation: string, { seq, message }: Frame): void {
    const { ledger, options } = this.#client
    this.#checkReach(connection, conversation, 'message_updated')
    this.#checkRights('message_updated')
    ledger.history.note(`${options.name} receives ${seq} of ${conversation}, an edit, on ${connection}`)
    const { seq: target_seq, sender_id } = message as Frame
    this.#client.take(conversation, { seq, sender_id, target_seq, message })
    this.#fetchMissing(conversation)
  }

  #fetchMissing(conversation: string): void {
    const { options, scheduler, views } = this.#client
    const view = views.get(conversation)
    if (!view?.hasGap || options.sleeper) return
    scheduler.after(300, `${options.name} has a gap`, () => {
      if (view.hasGap) this.#client.fetch(conversation)
    })
  }

  #onPresence(connection: string, user: string): void {
    this.#checkRights('user_presence')
    const { ledger, options } = this.#client
    const isShared = [...ledger.conversations.values()].some(
      (users) => users.has(user) && users.has(options.user),
    )
    if (isShared && user !== options.user) return
    ledger.history.violate('leak', `user_presence of ${user} reached ${options.user}`, [connection])
  }

  #onPong({ heads }: Frame): void {
    const client = this.#client
    client.missedPongs = 0
    for (const [id, view] of client.views) {
      const head = (heads as { readonly [id: string]: number })[id]
      if (head === undefined ? client.authenticated : head > view.held) client.fetch(id)
    }
  }

  #onError(frame: Frame): void {
    const client = this.#client
    const { ledger, options } = client
    const code = String(frame['code'])
    const request = String(frame['request_id'] ?? '')
    ledger.history.note(`${options.name} receives ${code} ${request}`)
    if (code === 'reconnect_required') {
      client.drop()
      return
    }
    const isDismissed = ledger.dismissing.has(options.user)
    if (/^(unauthorized|forbidden)$/.test(code) && request.startsWith('authenticate') && isDismissed) {
      client.stop()
      return
    }
    if (client.outbox.refused(frame) || code === 'unauthorized') return
    if (code === 'token_expired') {
      if (!options.sleeper) client.authenticate()
      return
    }
    const [, conversation = ''] = request.split(' ')
    if (code === 'not_found' && !ledger.isParticipant(options.user, conversation)) {
      client.fetching.set(conversation, REFUSED)
      return
    }
    if (frame['retryable'] === true || request.startsWith('forgery')) return
    ledger.history.violate('wrong answer', `${code} to a correct ${request}`, [client.connection ?? ''])
  }

  #checkReach(connection: string, conversation: string, frameType: string): void {
    this.#client.ledger.reached(this.#client.options.user, connection, conversation, frameType)
  }

  /** Checks that the token has not expired and the user was not dismissed more than `GRACE_MS` ago. */
  #checkRights(frameType: string): void {
    const { scheduler, ledger, options, expiresAt, connection } = this.#client
    const dismissedAt = ledger.dismissedAt.get(options.user) ?? Number.POSITIVE_INFINITY
    const checkEnd = (end: number, cause: string) => {
      if (scheduler.now <= end + GRACE_MS) return
      ledger.history.violate('leak', `${frameType} reached ${options.name} after ${cause}`, [
        connection ?? '',
      ])
    }
    checkEnd(expiresAt, 'its token had expired')
    checkEnd(dismissedAt, 'the user was dismissed')
  }
}
