import type { RestResponse } from '../../lambdas/rest/event.ts'
import type { Client } from './client.ts'
import { ANSWER_TIMEOUT_MS, MAX_TRIES } from './client-options.ts'

/** A call, and the refusals that are correct even for a correct client, because it may know less than the server. */
interface Call {
  readonly route: string
  readonly path: Readonly<Record<string, string>>
  readonly body?: object
  readonly refusals: readonly number[]
  readonly answered?: (data: Data) => void
}

interface Data {
  readonly conversation_id?: string
  readonly invitations?: readonly { readonly id: string }[]
}

const chat = '/api/admin/chat'

/** Changes the participants and owners of groups over REST, and repeats each call until it is answered. */
export class Organizer {
  readonly #client: Client
  #pending = 0

  constructor(client: Client) {
    this.#client = client
  }

  get isEmpty(): boolean {
    return this.#pending === 0
  }

  /** Creates a group with the others. */
  create(key: string, others: readonly string[]): void {
    const { ledger, options } = this.#client
    const groups = new Set<string>()
    ledger.created.set(`${options.user} ${key}`, groups)
    this.#start({
      route: `POST ${chat}/conversations`,
      path: {},
      body: { user_ids: others, client_request_id: key },
      // One of the others may have been dismissed, and the user may have left the group before the call was repeated.
      refusals: [404],
      answered: ({ conversation_id }) => void (conversation_id && groups.add(conversation_id)),
    })
  }

  invite(group: string, user: string): void {
    const route = `POST ${chat}/conversations/{id}/invitations`
    this.#start({ route, path: { id: group }, body: { to_user_id: user }, refusals: [403, 404, 409, 429] })
  }

  /** Accepts every invitation that the user has received. */
  acceptAll(): void {
    this.#start({
      route: `GET ${chat}/invitations`,
      path: {},
      refusals: [],
      answered: ({ invitations = [] }) => {
        for (const { id } of invitations) this.#accept(id)
      },
    })
  }

  #accept(id: string): void {
    const route = `PUT ${chat}/invitations/{id}/respond`
    this.#start({ route, path: { id }, body: { action: 'accept' }, refusals: [404, 409] })
  }

  /** Once a user has left, every further call gets the same answer. */
  leave(group: string): void {
    const { ledger, options } = this.#client
    const tookPart = ledger.groups.get(group)?.participants.has(options.user)
    this.#start({
      route: `POST ${chat}/conversations/{id}/leave`,
      path: { id: group },
      refusals: tookPart ? [] : [404],
    })
  }

  remove(group: string, user_id: string): void {
    const route = `DELETE ${chat}/conversations/{id}/participants/{user_id}`
    this.#start({ route, path: { id: group, user_id }, refusals: [400, 403, 404] })
  }

  handOver(group: string, user_id: string): void {
    const route = `POST ${chat}/conversations/{id}/owner`
    this.#start({ route, path: { id: group }, body: { user_id }, refusals: [403, 404] })
  }

  #start(call: Call): void {
    this.#pending++
    this.#try(call, 1, { isDone: false })
  }

  #try(call: Call, tries: number, progress: { isDone: boolean }): void {
    const { scheduler, options, stopped } = this.#client
    if (progress.isDone || stopped || tries > MAX_TRIES) {
      this.#pending--
      return
    }
    scheduler.background(
      this.#request(call).then((isAnswered) => {
        progress.isDone ||= isAnswered
      }),
    )
    scheduler.after(ANSWER_TIMEOUT_MS, `${options.name} waits for ${call.route}`, () =>
      this.#try(call, tries + 1, progress),
    )
  }

  async #request({ route, path, body, refusals, answered }: Call): Promise<boolean> {
    const { options, ledger } = this.#client
    ledger.history.note(`${options.name} calls ${route} ${JSON.stringify({ ...path, ...body })}`)
    const answer = await this.#client.call(route, {
      pathParameters: path,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer || answer.statusCode >= 500) return false
    if (answer.statusCode === 200) answered?.(dataOf(answer))
    else if (!refusals.includes(answer.statusCode) && !ledger.dismissing.has(options.user)) {
      const text = `${answer.statusCode} to a correct ${route} by ${options.user}`
      ledger.history.violate('wrong answer', text, [options.name])
    }
    return true
  }
}

const dataOf = ({ body }: RestResponse) => (JSON.parse(body) as { readonly data: Data }).data
