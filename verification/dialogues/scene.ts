import { difference } from './matching.ts'
import { callDocumented, type Parts } from './rest.ts'
import { type DocumentedSocket, type Frame, openDocumented } from './socket.ts'

type Push = Readonly<Record<string, unknown>> & { readonly type: string }

interface Expected {
  /** What the step shows. */
  readonly title: string
  /** The rule of docs/protocol.md that the step shows. */
  readonly rule: string
  readonly as: string
  /** Part of the answer: of the frame, or of the envelope's `data`. */
  readonly answer?: object
  /** The error code that is expected instead of an answer. */
  readonly error?: string
  /** Paths of values in the answer that later steps refer to as `$name`. */
  readonly keep?: Readonly<Record<string, string>>
  /** Frames that users receive; fields that are not given are not checked. */
  readonly pushes?: readonly (readonly [user: string, frame: Push])[]
}

/** A step of a scenario: a user opens or drops a connection, calls an operation, or sends a frame. */
export type Step = Expected &
  (
    | { readonly connection: 'opens' | 'drops' }
    | ({ readonly call: string } & Parts)
    | { readonly frame: string; readonly fields?: object }
  )

/** The addresses at which a chat is reached. */
export interface Addresses {
  readonly socketUrl: string
  /** The URL before `/api`. */
  readonly restUrl: string
}

/** A step did not go as expected; the message says how. */
export class StepError extends Error {
  override readonly name = 'StepError'
}

/** Plays steps in order, with a token and a connection for each user and the values kept so far. */
export function openScene(
  { socketUrl, restUrl }: Addresses,
  tokens: Readonly<Record<string, string>>,
  known: Frame,
) {
  const sockets = new Map<string, DocumentedSocket>()
  const opened: DocumentedSocket[] = []
  const kept: Frame = { ...known }
  const pushedTypes = new Set<string>()

  const socketOf = (user: string) => {
    const socket = sockets.get(user)
    if (!socket) throw new StepError(`${user} has no connection`)
    return socket
  }

  /** Replaces each `$name`, at any depth, with the value kept under that name. */
  const filled = <T>(part: T): T =>
    JSON.parse(JSON.stringify(part ?? {}), (_key, value) => {
      if (typeof value !== 'string' || !value.startsWith('$')) return value
      const name = value.slice(1)
      if (!(name in kept)) throw new StepError(`no step has kept ${value}`)
      return kept[name]
    })

  async function answerTo(step: Step): Promise<Frame> {
    if ('connection' in step) {
      if (step.connection === 'drops') socketOf(step.as).close()
      else {
        const socket = await openDocumented(socketUrl)
        sockets.set(step.as, socket)
        opened.push(socket)
      }
      return {}
    }
    if ('frame' in step) return (await socketOf(step.as).ask(step.frame, filled(step.fields ?? {}))) ?? {}
    return await call(step.as, step.call, {
      path: filled(step.path ?? {}),
      query: filled(step.query ?? {}),
      body: filled(step.body ?? {}),
    })
  }

  /** Resolves with the `data` of the answer, or with the error. */
  async function call(user: string, operation: string, parts: Parts): Promise<Frame> {
    const { body } = await callDocumented(restUrl, tokens[user] ?? '', operation, { body: {}, ...parts })
    return body.success ? body.data : body
  }

  return {
    /** The values that are known by name: those with which the scene was opened, and those that steps have kept. */
    kept: kept as Readonly<Frame>,
    call,
    /** The types of the pushes that steps have expected and received. */
    pushedTypes,
    /** Rejects if the step does not go as expected. */
    async play(step: Step): Promise<void> {
      const answer = await answerTo(step)
      require(difference(answer['code'], step.error, `the error code of ${JSON.stringify(answer)}`))
      for (const [name, path] of Object.entries(step.keep ?? {})) {
        kept[name] = path.split('.').reduce((part, key) => part?.[filled(key)], answer)
        if (kept[name] === undefined) throw new StepError(`${JSON.stringify(answer)} has no ${path}`)
      }
      require(difference(answer, filled(step.answer ?? {}), 'the answer'))
      for (const [user, frame] of step.pushes ?? []) {
        const expected = filled(frame)
        await socketOf(user).pushed(
          (received) => difference(received, expected) === undefined,
          `the push to ${user}, ${JSON.stringify(expected)},`,
        )
        pushedTypes.add(frame.type)
      }
      require(opened.flatMap((socket) => socket.problems()).join('; ') || undefined)
    },
    close: () => {
      for (const socket of opened) socket.close()
    },
  }
}

export type Scene = ReturnType<typeof openScene>

function require(problem: string | undefined): void {
  if (problem !== undefined) throw new StepError(problem)
}
