import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Frame } from '../socket.ts'
import { checksOf } from './checks.ts'
import { readDocument } from './read.ts'

/** A connection that knows of the chat what docs/asyncapi.yaml says. */
export interface DocumentedSocket {
  /** Sends a frame and, where the document names an answer, resolves with that or an error. */
  ask(type: string, fields: object): Promise<Frame | undefined>
  /** The oldest frame that came unasked, fits, and was not taken yet; waits for it. */
  told(fits: (frame: Frame) => boolean, what: string): Promise<Frame>
  /** What came since the last call and is not as described. */
  faults(): readonly string[]
  close(): void
}

const document = readDocument('asyncapi.yaml')
const check = checksOf(document, 'draft-07')
const { laptop } = document.servers
const { chat } = document.channels
const PATIENCE = 8000

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

export const askedTypes = typesThat('receive')
export const toldTypes = typesThat('send')

const [, correlation = ''] =
  /^\$message\.payload#\/(\w+)$/.exec(document.components.correlationIds.request.location) ?? []

export async function openDocumented(host: string): Promise<DocumentedSocket> {
  const client = new WebSocket(`${laptop.protocol}://${host}${laptop.pathname}${chat.address}`)
  const asked = new Map<string, { answers: readonly string[]; resolve: (frame: Frame) => unknown }>()
  const untaken: Frame[] = []
  const faults: string[] = []
  const waiting = new Set<() => void>()

  client.on('message', (data) => {
    const frame: Frame = JSON.parse(String(data))
    const { type, [correlation]: request } = frame
    const question = request === undefined ? undefined : asked.get(request)
    const expected = question?.answers ?? toldTypes
    if (!expected.includes(type)) faults.push(`${type} came where ${expected.join(', ')} may`)
    faults.push(...faultsOf(frame))
    if (question) {
      question.resolve(frame)
      return
    }
    untaken.push(frame)
    for (const look of [...waiting]) look()
  })
  await once(client, 'open')

  return {
    faults: () => faults.splice(0),
    close: () => client.terminate(),
    ask(type, fields) {
      const answers = answersTo(type)
      const request = `${type}-${asked.size}`
      const frame = { type, ...fields, [correlation]: request }
      const wrong = faultsOf(frame)
      if (wrong.length > 0) throw new Error(wrong.join('; '))
      client.send(JSON.stringify(frame))
      return new Promise((resolve, reject) => {
        if (answers.every((answer) => answer === 'error')) {
          asked.set(request, { answers, resolve: ({ code }) => faults.push(`${type} was refused: ${code}`) })
          return resolve(undefined)
        }
        const timer = setTimeout(() => reject(new Error(`no answer to ${type}`)), PATIENCE)
        const done = (answer: Frame) => {
          clearTimeout(timer)
          resolve(answer)
        }
        asked.set(request, { answers, resolve: done })
      })
    },
    told: (fits, what) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const at = untaken.findIndex(fits)
          if (at < 0) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(untaken.splice(at, 1)[0] as Frame)
        }
        const timer = setTimeout(
          () => reject(new Error(`${what} did not come; came: ${JSON.stringify(untaken)}`)),
          PATIENCE,
        )
        waiting.add(look)
        look()
      }),
  }
}

function answersTo(type: string): readonly string[] {
  const operation = operations.find(
    ({ action, messages }) => action === 'receive' && typesOf(messages).includes(type),
  )
  if (!operation) throw new Error(`${type}: not described`)
  return typesOf(operation.reply?.messages)
}

function faultsOf(frame: Frame): readonly string[] {
  const message = document.components.messages[frame['type']]
  if (!message) return [`${frame['type']}: not described`]
  return check(message.payload, frame).map((fault) => `${frame['type']}: ${fault}`)
}
