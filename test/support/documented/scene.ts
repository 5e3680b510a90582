import { expect } from 'vitest'
import type { Frame } from '../socket.ts'
import { callDocumented, type Parts } from './rest.ts'
import { type DocumentedSocket, openDocumented } from './socket.ts'

type Push = Readonly<Record<string, unknown>> & { readonly type: string }

interface Expected {
  /** What the step shows; the name of its test. */
  readonly title: string
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

/** Plays steps in order, with a token and a connection for each user and the values kept so far. */
export function openScene(host: string, tokens: Readonly<Record<string, string>>, known: Frame) {
  const sockets = new Map<string, DocumentedSocket>()
  const opened: DocumentedSocket[] = []
  const kept: Frame = { ...known }
  const pushedTypes = new Set<string>()

  const socketOf = (user: string) => {
    const socket = sockets.get(user)
    if (!socket) throw new Error(`${user} has no connection`)
    return socket
  }

  /** Replaces each `$name`, at any depth, with the value kept under that name. */
  const filled = <T>(part: T): T =>
    JSON.parse(JSON.stringify(part ?? {}), (_key, value) => {
      if (typeof value !== 'string' || !value.startsWith('$')) return value
      const name = value.slice(1)
      if (!(name in kept)) throw new Error(`no step has kept ${value}`)
      return kept[name]
    })

  async function answerTo(step: Step): Promise<Frame> {
    if ('connection' in step) {
      if (step.connection === 'drops') socketOf(step.as).close()
      else {
        const socket = await openDocumented(host)
        sockets.set(step.as, socket)
        opened.push(socket)
      }
      return {}
    }
    if ('frame' in step) return (await socketOf(step.as).ask(step.frame, filled(step.fields ?? {}))) ?? {}
    const { body } = await callDocumented(host, tokens[step.as] ?? '', step.call, {
      path: filled(step.path ?? {}),
      query: filled(step.query ?? {}),
      body: filled(step.body ?? {}),
    })
    return body.success ? body.data : body
  }

  return {
    /** The types of the pushes that steps have expected and received. */
    pushedTypes,
    async play(step: Step): Promise<void> {
      const answer = await answerTo(step)
      expect(answer['code'], JSON.stringify(answer)).toBe(step.error)
      for (const [name, path] of Object.entries(step.keep ?? {})) {
        kept[name] = path.split('.').reduce((part, key) => part?.[filled(key)], answer)
        expect(kept[name], `${path} of ${JSON.stringify(answer)}`).toBeDefined()
      }
      expect(answer).toMatchObject(filled(step.answer ?? {}))
      for (const [user, frame] of step.pushes ?? []) {
        const expected = expect.objectContaining(matching(filled(frame)))
        await socketOf(user).pushed(
          (received) => expected.asymmetricMatch(received),
          `the push to ${user}, ${JSON.stringify(filled(frame))},`,
        )
        pushedTypes.add(frame.type)
      }
      expect(opened.flatMap((socket) => socket.problems())).toEqual([])
    },
    close: () => {
      for (const socket of opened) socket.close()
    },
  }
}

/** Allows further fields in nested objects too. */
const matching = (part: object): Frame =>
  Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? expect.objectContaining(matching(value))
        : value,
    ]),
  )
