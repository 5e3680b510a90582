import type { Observed } from './frame-checks.ts'
import { toSeenEntry } from './ledger.ts'
import type { Frame } from './receive.ts'
import type { Asked } from './retention.ts'

/** A call over REST. */
export interface RestCall {
  readonly method: string
  readonly path: string
  readonly body: Frame
  readonly query?: Readonly<Record<string, string>>
}

/** The starts of logs that were known at each call. */
const askedBy = new WeakMap<RestCall, Asked>()

const SEND_PATH = /\/conversations\/([^/]+)\/messages$/

/** The conversation to which a call sends a message. */
const targetOf = ({ method, path }: RestCall) => (method === 'POST' ? SEND_PATH.exec(path)?.[1] : undefined)

/** Records a call that is about to be made, if it sends a message. */
export function noteCall({ ledger, options }: Observed, call: RestCall): void {
  const after = call.query?.['after']
  if (ledger.retention)
    askedBy.set(call, ledger.retention.asked(after === undefined ? undefined : Number(after)))
  const conversation = targetOf(call)
  if (conversation === undefined) return
  const { content, client_message_id } = call.body
  const draft = { conversation, key: String(client_message_id), content: String(content) }
  ledger.sent(options.user, draft, 'REST')
}

/** Checks the answer to a call that sent a message. */
export function checkAnswer(
  { ledger, options }: Observed,
  call: RestCall,
  status: number,
  body: Frame,
): void {
  const read = status === 200 && call.method === 'GET' ? SEND_PATH.exec(call.path)?.[1] : undefined
  if (read !== undefined) {
    const frame = body['data'] as Frame
    ledger.retention?.page({ conversation: read, name: options.name, frame, asked: askedBy.get(call) })
  }
  const conversation = targetOf(call)
  if (conversation === undefined || status !== 200) return
  ledger.acked(options.user, conversation, toSeenEntry((body['data'] as Frame)['message']))
}
