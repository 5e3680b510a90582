import { describe, expect, it, vi } from 'vitest'
import type { AdminRoute } from '../../lambdas/rest/handler.ts'
import { parseCall } from '../../lambdas/rest/parse-call.ts'
import { HEALTH_ROUTE, restRoutes } from '../../protocol/endpoints.ts'
import { ChatError } from '../../protocol/errors.ts'
import { clientFrames, type FrameType, frameTypes, parseClientFrame } from '../../protocol/frames.ts'
import { pushFrames } from '../../protocol/server-frames.ts'
import { isWellFormed } from '../../protocol/text.ts'
import { type Admin, admins, groupUp, invite, pairUp, post } from '../support/chat.ts'
import {
  type Field,
  fieldsOfCall,
  fieldsOfFrame,
  hostileJson,
  hostileStrings,
  type Samples,
  HOSTILE_SEED as SEED,
  sampleOfCall,
  someOf,
  withField,
} from '../support/hostile.ts'
import { type Frame, openSocket, type Socket } from '../support/socket.ts'

// Values that the parsers refuse never reach the rules; test/protocol/hostile-fields.test.ts is about them.
/** The values that are refused elsewhere, and as many others. */
const VALUES = 1
const routes = restRoutes.filter((route): route is AdminRoute => route !== HEALTH_ROUTE)

const accepts = (parse: () => unknown) => {
  try {
    return !(parse() instanceof ChatError)
  } catch {
    return false
  }
}

/** A pair with a message, a group and a pending invitation, by the names of the fields that refer to them. */
async function aWorld(): Promise<{
  readonly ada: Admin
  readonly samples: Samples
  idIn(route: string): string
}> {
  const { ada, bob, carol } = await admins('ada', 'bob', 'carol')
  const pair = await pairUp(ada, bob)
  await post(ada, pair, 'first')
  const group = await groupUp(ada, [bob])
  const invitation = await invite(carol, ada)
  const samples = {
    ...{ conversation_id: pair, content: 'hi', seq: 1, action: 'accept', q: 'ad', token: ada.token },
    ...{ user_id: bob.id, to_user_id: carol.id, toUserId: carol.id, user_ids: [carol.id], sender_id: ada.id },
  }
  const idIn = (route: string) => {
    if (route.includes('/invitations/{id}')) return invitation
    return /\{id\}\/(messages|mark-read)/.test(route) ? pair : group
  }
  return { ada, samples, idIn }
}

/** The frame that answers a frame, whatever it is. */
async function answerTo(socket: Socket, text: string): Promise<Frame> {
  const answers = () => socket.frames.filter(({ type }) => !(type in pushFrames))
  const before = answers().length
  socket.send(text)
  return await vi.waitFor(
    () => {
      const answer = answers()[before]
      if (!answer) throw new Error(`no answer to ${text}`)
      return answer
    },
    { timeout: 8000, interval: 2 },
  )
}

const isOurs = (frame: Frame) => typeof frame['type'] === 'string' && frame['code'] !== 'unavailable'

describe(`no value of a field makes a frame fail (HOSTILE_SEED=${SEED})`, () => {
  const textsFor = (field: Pick<Field, 'path' | 'base'>, samples: Samples) => {
    const texts = hostileJson(SEED, 50).map((json) => withField(field.base(samples), field.path, json))
    const accepted = texts.filter((text) => accepts(() => parseClientFrame(text).result))
    return someOf(accepted, SEED, VALUES)
  }

  it.each(frameTypes)('[ERR-6] %s', async (type) => {
    const { ada, samples } = await aWorld()
    const fields = fieldsOfFrame(type)
    const base = (own: Samples) => fields[0]?.base(own) ?? {}
    const isNew = type === 'authenticate'
    let socket = await (isNew ? openSocket() : ada.connect())
    const run = async (field: Pick<Field, 'path' | 'base'>) => {
      for (const text of textsFor(field, samples)) {
        if (clientFrames[type].answer === null) socket.send(text)
        else expect(await answerTo(socket, text), text).toSatisfy(isOurs)
        // A third refused token would close the connection.
        if (isNew) socket = await openSocket()
      }
    }
    for (const field of [...fields, { path: ['request_id'], base }]) await run(field)
    if (!isNew) await socket.ask({ type: 'ping' })
    expect(socket.frames.filter((frame) => !isOurs(frame))).toEqual([])
    await expectReached(type, ada, base(samples))
  })

  /** Makes sure that the other fields were such that the rules were reached. */
  async function expectReached(type: FrameType, ada: Admin, frame: object): Promise<void> {
    if (clientFrames[type].answer === null) return
    const socket = await ada.connect()
    expect(await socket.ask(frame)).toMatchObject({ type: clientFrames[type].answer?.type })
  }
})

describe(`no value of a field makes a call fail (HOSTILE_SEED=${SEED})`, () => {
  it.each(routes)('[ERR-6] %s', async (route) => {
    const { ada, samples, idIn } = await aWorld()
    const own = { ...samples, id: idIn(route) }
    const [method = '', pattern = ''] = route.split(' ')
    const parts = {
      path: texts(sampleOfCall(route, 'path', own)),
      query: texts(sampleOfCall(route, 'query', own)),
      body: method === 'GET' ? undefined : JSON.stringify(sampleOfCall(route, 'body', own)),
    }
    const call = async (changed: Partial<typeof parts>) => {
      const { path, query, body } = { ...parts, ...changed }
      const filled = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
      const address = `${filled.replace('/api/admin/chat', '')}?${new URLSearchParams(query)}`
      return await ada.call(method, address, body)
    }
    const isAccepted = (changed: Partial<typeof parts>) =>
      accepts(() => {
        const { path, query, body } = { ...parts, ...changed }
        const event = {
          pathParameters: path,
          queryStringParameters: query,
          headers: {},
          isBase64Encoded: false,
        }
        return parseCall(route, body === undefined ? event : { ...event, body })
      })
    const changes = [
      ...(['path', 'query'] as const).map((part) =>
        fieldsOfCall(route, part).map(({ path: [name = ''] }) =>
          hostileStrings(SEED, 50)
            // Node refuses headers over 16 KB itself.
            .filter((text) => isWellFormed(text) && encodeURIComponent(text).length < 8000)
            .map((text) => ({ [part]: { ...parts[part], [name]: text } })),
        ),
      ),
      fieldsOfCall(route, 'body').map((field) =>
        hostileJson(SEED, 50).map((json) => ({ body: withField(field.base(own), field.path, json) })),
      ),
    ].flat()
    const run = async (ofField: readonly Partial<typeof parts>[]) => {
      const accepted = ofField.filter(isAccepted).map((changed) => JSON.stringify(changed))
      for (const json of someOf(accepted, SEED, VALUES)) {
        const { status, body } = await call(JSON.parse(json))
        expect([status < 500, typeof body['success']], `${json} ${JSON.stringify(body)}`).toEqual([
          true,
          'boolean',
        ])
      }
    }
    await Promise.all(changes.map(run))
    // The other fields were such that the rules were reached.
    expect((await call({})).body['code'] ?? 'success').not.toMatch(/bad_request|payload_too_large/)
  })
})

/** Parameters travel as text. */
const texts = (part: object): Record<string, string> =>
  Object.fromEntries(Object.entries(part).map(([name, value]) => [name, String(value)]))
