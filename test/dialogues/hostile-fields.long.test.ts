import { afterEach, describe, expect, it, vi } from 'vitest'
import { userId } from '../../protocol/fields.ts'
import { clientFrames, frameTypes } from '../../protocol/frames.ts'
import { pushFrames } from '../../protocol/server-frames.ts'
import { anAdmin } from '../support/chat.ts'
import { hostileStrings, HOSTILE_SEED as SEED, someOf } from '../support/hostile.ts'
import {
  addressOf,
  adminRoutes,
  aWorld,
  callsWithHostileFields,
  framesWithHostileFields,
  plainCall,
  plainFrame,
} from '../support/hostile-world.ts'
import { functionsInProcess } from '../support/in-process.ts'
import type { Frame, Socket } from '../support/socket.ts'
import { tokenFor } from '../support/tokens.ts'

// Values that the parsers refuse never reach the rules; test/protocol/hostile-fields.test.ts is about them.
/** For each field, the values that are refused elsewhere, and as many others. */
const VALUES = 4

const timeout = 60_000
const functions = functionsInProcess()
/** Every failure of a dependency, and every answer that says so, is in this list. */
const { reported } = functions

afterEach(() => {
  vi.restoreAllMocks()
  reported.splice(0)
})

/** An error that becomes `unavailable` is written to the log. */
const logged = () => vi.spyOn(console, 'error').mockImplementation(() => undefined)

describe(`no value of a field makes a frame fail (HOSTILE_SEED=${SEED})`, { timeout }, () => {
  it.each(frameTypes)('[ERR-6] %s', async (type) => {
    const log = logged()
    const world = await aWorld()
    const isNew = type === 'authenticate'
    const open = async () => {
      const line = await functions.open()
      if (!isNew) await line.ask({ type: 'authenticate', token: world.ada.token })
      return line
    }
    let line = await open()
    for (const text of framesWithHostileFields(type, world, VALUES)) {
      const answer = await line.ask(text)
      expect(log.mock.calls, text).toEqual([])
      if (clientFrames[type].answer !== null) expect(answer, text).toSatisfy(isOurs)
      // A third refused token would close the connection.
      if (isNew) line = await open()
    }
    expect(line.frames.filter((frame) => !isOurs(frame))).toEqual([])
    expect(reported).toEqual([])
    // The other fields were such that the rules were reached.
    const { answer } = clientFrames[type]
    if (answer) expect(await (await open()).ask(plainFrame(type, world))).toMatchObject({ type: answer.type })
  })
})

describe(`no value of a field makes a call fail (HOSTILE_SEED=${SEED})`, { timeout }, () => {
  it.each(adminRoutes)('[ERR-6] %s', async (route) => {
    const log = logged()
    const world = await aWorld()
    const call = (parts: ReturnType<typeof plainCall>) =>
      functions.call(world.ada.token, ...addressOf(route, parts), parts.body)
    for (const parts of callsWithHostileFields(route, world, VALUES)) {
      const { status, body } = await call(parts)
      const described = `${JSON.stringify(parts)} ${JSON.stringify(body)} ${log.mock.calls}`
      expect([status < 500, typeof body['success']], described).toEqual([true, 'boolean'])
    }
    expect([log.mock.calls, reported]).toEqual([[], []])
    // The other fields were such that the rules were reached.
    const { body } = await call(plainCall(route, world))
    expect(body['code'] ?? 'success').not.toMatch(/bad_request|payload_too_large/)
  })

  it('[ERR-6] [AUTH-2] not even in a token or the ids in it', async () => {
    const log = logged()
    // Ids that a user may have are in hostile-ids.long.test.ts.
    const impossible = hostileStrings(SEED, 20).filter((id) => !userId.safeParse(id).success)
    const ids = [...someOf(impossible, SEED, 20), 1, null, [], {}, true]
    for (const token of [...hostileStrings(SEED, 20), ...ids.map((user_id) => tokenFor('', { user_id }))]) {
      expect((await functions.call(token, 'GET', '/conversations')).status, token).toBe(401)
    }
    for (const user_id of ids) {
      const answer = await (await functions.open()).ask({
        type: 'authenticate',
        token: tokenFor('', { user_id }),
      })
      expect(answer, String(user_id)).toMatchObject({ type: 'error', code: 'unauthorized' })
    }
    expect([log.mock.calls, reported]).toEqual([[], []])
  })
})

const isOurs = (frame: Frame | undefined) =>
  typeof frame?.['type'] === 'string' && frame['code'] !== 'unavailable'

describe(`no field value makes the chat fail (HOSTILE_SEED=${SEED})`, { timeout }, () => {
  const one = <T>(values: readonly T[]) => values.filter((_, n) => n % 2 === 1)

  it('[ERR-6] in a frame through the gateway, with one value of each field', async () => {
    const world = await aWorld()
    let socket = await world.ada.connect()
    for (const type of frameTypes) {
      for (const text of one(framesWithHostileFields(type, world, 1))) {
        if (clientFrames[type].answer === null) socket.send(text)
        else expect(await answerTo(socket, text), text).toSatisfy(isOurs)
        if (type === 'authenticate') socket = await world.ada.connect()
      }
    }
    await socket.ask({ type: 'ping' })
    expect(socket.frames.filter((frame) => !isOurs(frame))).toEqual([])
  })

  it('[ERR-6] in a call through the gateway, with one value of each field', async () => {
    const world = await aWorld()
    const other = await anAdmin('other')
    for (const route of adminRoutes) {
      for (const parts of one(callsWithHostileFields(route, world, 1))) {
        const [method, address] = addressOf(route, parts)
        const { status, body } = await other.call(method, address, parts.body)
        expect([status < 500, typeof body['success']], `${route} ${JSON.stringify(parts)}`).toEqual([
          true,
          'boolean',
        ])
      }
    }
  })
})

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
