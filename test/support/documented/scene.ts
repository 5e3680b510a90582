import { expect } from 'vitest'
import type { Frame } from '../socket.ts'
import { callDocumented, type Parts } from './rest.ts'
import { type DocumentedSocket, openDocumented } from './socket.ts'

type Told = Readonly<Record<string, unknown>> & { readonly type: string }

interface Expected {
  /** What the step shows. */
  readonly does: string
  readonly as: string
  /** Part of what the answer holds: the frame, or the envelope's `data`. */
  readonly answer?: object
  /** The code with which the step is refused instead. */
  readonly refusal?: string
  /** Values of the answer that later steps name as `$name`. */
  readonly keep?: Readonly<Record<string, string>>
  /** Frames that somebody is told, as far as they are given. */
  readonly tells?: readonly (readonly [who: string, frame: Told])[]
}

/** One step of a story: somebody opens or drops a connection, calls an operation, or sends a frame. */
export type Step = Expected &
  (
    | { readonly line: 'opens' | 'drops' }
    | ({ readonly call: string } & Parts)
    | { readonly frame: string; readonly fields?: object }
  )

/** People with their tokens and connections, and what the steps so far have brought. */
export function openScene(host: string, tokens: Readonly<Record<string, string>>, known: Frame) {
  const sockets = new Map<string, DocumentedSocket>()
  const opened: DocumentedSocket[] = []
  const kept: Frame = { ...known }
  const told = new Set<string>()

  const socketOf = (who: string) => {
    const socket = sockets.get(who)
    if (!socket) throw new Error(`${who} has no connection`)
    return socket
  }

  /** `$name` for what was kept under that name, wherever it stands. */
  const filled = <T>(part: T): T =>
    JSON.parse(JSON.stringify(part ?? {}), (_key, value) => {
      if (typeof value !== 'string' || !value.startsWith('$')) return value
      const name = value.slice(1)
      if (!(name in kept)) throw new Error(`nothing was kept as ${value}`)
      return kept[name]
    })

  async function answerTo(step: Step): Promise<Frame> {
    if ('line' in step) {
      if (step.line === 'drops') socketOf(step.as).close()
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
    told,
    async play(step: Step): Promise<void> {
      const answer = await answerTo(step)
      expect(answer['code'], JSON.stringify(answer)).toBe(step.refusal)
      for (const [name, path] of Object.entries(step.keep ?? {})) {
        kept[name] = path.split('.').reduce((part, key) => part?.[filled(key)], answer)
        expect(kept[name], `${path} of ${JSON.stringify(answer)}`).toBeDefined()
      }
      expect(answer).toMatchObject(filled(step.answer ?? {}))
      for (const [who, frame] of step.tells ?? []) {
        const expected = expect.objectContaining(matching(filled(frame)))
        await socketOf(who).told(
          (came) => expected.asymmetricMatch(came),
          `${who}: ${JSON.stringify(filled(frame))}`,
        )
        told.add(frame.type)
      }
      expect(opened.flatMap((socket) => socket.faults())).toEqual([])
    },
    close: () => {
      for (const socket of opened) socket.close()
    },
  }
}

/** Nested objects hold at least what is given, too. */
const matching = (part: object): Frame =>
  Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? expect.objectContaining(matching(value))
        : value,
    ]),
  )
