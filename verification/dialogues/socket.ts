import { once } from 'node:events'
import { WebSocket } from 'ws'
import { checksOf } from './checks.ts'
import { readDocument } from './documents.ts'

/** A frame, or a part of one; its shape is what a dialogue checks. */
// biome-ignore lint/suspicious/noExplicitAny: dialogues read frames of every shape.
export type Frame = Record<string, any>

/** A connection of a client that knows nothing about the chat except docs/asyncapi.yaml. */
export interface DocumentedSocket {
  /** Sends a frame; if the document names an answer, resolves with that answer or an error. */
  ask(type: string, fields: object): Promise<Frame | undefined>
  /** Resolves with the oldest push that fits; each push is returned once. */
  pushed(fits: (frame: Frame) => boolean, description: string): Promise<Frame>
  /** Returns the ways in which frames received since the last call violate the document. */
  problems(): readonly string[]
  close(): void
}

const document = readDocument('asyncapi.yaml')
const check = checksOf(document, 'draft-07')
const FRAME_TIMEOUT_MS = 8000

interface Operation {
  readonly action: 'receive' | 'send'
  readonly messages: readonly Reference[]
  readonly reply?: { readonly messages: readonly Reference[] }
}
interface Reference {
  readonly $ref: string
}

const operations = Object.values<Operation>(document.operations)
const typesOf = (references: readonly Reference[] = []) =>
  references.map(({ $ref }) => $ref.split('/').at(-1) ?? '')
const typesThat = (action: Operation['action']) =>
  operations.filter((operation) => operation.action === action).flatMap(({ messages }) => typesOf(messages))

/** The types of the frames that clients send. */
export const clientTypes = typesThat('receive')
/** The types of the frames that the server pushes. */
export const pushTypes = typesThat('send')

const [, correlation = ''] =
  /^\$message\.payload#\/(\w+)$/.exec(document.components.correlationIds.request.location) ?? []

export async function openDocumented(socketUrl: string): Promise<DocumentedSocket> {
  const client = new WebSocket(socketUrl, { handshakeTimeout: FRAME_TIMEOUT_MS })
  const requests = new Map<string, { answers: readonly string[]; resolve: (frame: Frame) => unknown }>()
  const untaken: Frame[] = []
  const problems: string[] = []
  const waiting = new Set<() => void>()

  client.on('message', (data) => {
    const frame: Frame = JSON.parse(String(data))
    const { type, [correlation]: id } = frame
    const request = id === undefined ? undefined : requests.get(id)
    const expected = request?.answers ?? pushTypes
    if (!expected.includes(type)) problems.push(`received ${type} instead of ${expected.join(', ')}`)
    problems.push(...problemsOf(frame))
    if (request) {
      request.resolve(frame)
      return
    }
    untaken.push(frame)
    for (const match of [...waiting]) match()
  })
  await once(client, 'open')
  // An error is always followed by `close`, which ends every wait for a frame.
  client.on('error', () => undefined)

  return {
    problems: () => problems.splice(0),
    close: () => client.terminate(),
    ask(type, fields) {
      const answers = answersTo(type)
      const id = `${type}-${requests.size}`
      const frame = { type, ...fields, [correlation]: id }
      const invalid = problemsOf(frame)
      if (invalid.length > 0) throw new Error(invalid.join('; '))
      client.send(JSON.stringify(frame))
      return new Promise((resolve, reject) => {
        if (answers.every((answer) => answer === 'error')) {
          requests.set(id, { answers, resolve: ({ code }) => problems.push(`${type} was refused: ${code}`) })
          return resolve(undefined)
        }
        const timer = setTimeout(() => reject(new Error(`no answer to ${type}`)), FRAME_TIMEOUT_MS)
        const settle = (answer: Frame) => {
          clearTimeout(timer)
          resolve(answer)
        }
        requests.set(id, { answers, resolve: settle })
      })
    },
    pushed: (fits, description) =>
      new Promise((resolve, reject) => {
        const match = () => {
          const at = untaken.findIndex(fits)
          if (at < 0) return
          clearTimeout(timer)
          waiting.delete(match)
          resolve(untaken.splice(at, 1)[0] as Frame)
        }
        const timer = setTimeout(
          () =>
            reject(
              new Error(
                `${description} did not arrive; received ${untaken.map(({ type }) => type).join(', ') || 'nothing'}`,
              ),
            ),
          FRAME_TIMEOUT_MS,
        )
        waiting.add(match)
        match()
      }),
  }
}

function answersTo(type: string): readonly string[] {
  const operation = operations.find(
    ({ action, messages }) => action === 'receive' && typesOf(messages).includes(type),
  )
  if (!operation) throw new Error(`${type} is not described`)
  return typesOf(operation.reply?.messages)
}

function problemsOf(frame: Frame): readonly string[] {
  const message = document.components.messages[frame['type']]
  if (!message) return [`${frame['type']} is not described`]
  return check(message.payload, frame).map((problem) => `${frame['type']}: ${problem}`)
}
