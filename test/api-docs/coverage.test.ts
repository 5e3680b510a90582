import { describe, expect, it } from 'vitest'
import { files } from '../../api-docs/files.ts'
import { restRoutes } from '../../protocol/endpoints.ts'
import { errorCodes } from '../../protocol/errors.ts'
import { frameTypes } from '../../protocol/frames.ts'
import { answerFrames, pushFrames } from '../../protocol/server-frames.ts'
import { committed, readDocument } from '../../verification/dialogues/documents.ts'

const asyncapi = readDocument('asyncapi.yaml')
const openapi = readDocument('openapi.yaml')

/** Types of the messages that an operation or a reply refers to. */
const typesOf = ({ messages }: { messages: { $ref: string }[] }) =>
  messages.map(({ $ref }) => $ref.replace('#/channels/chat/messages/', ''))

describe('The documents', () => {
  it.each(Object.entries(files()))('%s matches protocol/; if not, run `npm run docs`', (name, text) => {
    expect(committed(name.replace('docs/', '')), 'run `npm run docs`').toBe(text)
  })

  it('have every REST route', () => {
    const routes = Object.entries<object>(openapi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(routes.toSorted()).toEqual([...restRoutes].toSorted())
  })

  it('have every frame type', () => {
    const types = [...frameTypes, ...Object.keys(answerFrames), ...Object.keys(pushFrames), 'error']
    expect(Object.keys(asyncapi.channels.chat.messages).toSorted()).toEqual(types.toSorted())
    for (const [type, { payload }] of Object.entries<{ payload: { $ref: string } }>(
      asyncapi.components.messages,
    )) {
      const schema = asyncapi.components.schemas[payload.$ref.split('/').at(-1) ?? '']
      expect(schema.properties.type.const).toBe(type)
    }
  })

  it('have an operation for every client frame, with its answer, and no other answers', () => {
    const answered = frameTypes.flatMap((type) => {
      const { action, reply, ...operation } = asyncapi.operations[type]
      expect([action, typesOf(operation)]).toEqual(['receive', [type]])
      expect(typesOf(reply)).toContain('error')
      return typesOf(reply).filter((name) => name !== 'error')
    })
    expect(answered.toSorted()).toEqual(Object.keys(answerFrames).toSorted())
  })

  it('have an operation for every push', () => {
    for (const type of Object.keys(pushFrames)) {
      const { action, ...operation } = asyncapi.operations[type]
      expect([action, typesOf(operation)]).toEqual(['send', [type]])
    }
  })

  it('have `request_id` on every client frame and every answer', () => {
    const types = [...frameTypes, ...Object.keys(answerFrames), 'error']
    const without = types.filter((type) => {
      const { correlationId, payload } = asyncapi.components.messages[type]
      const schema = asyncapi.components.schemas[payload.$ref.split('/').at(-1)]
      return !correlationId || !schema.properties.request_id
    })
    expect(without).toEqual([])
  })

  it.each([
    ['docs/asyncapi.yaml', asyncapi],
    ['docs/openapi.yaml', openapi],
  ])('have every error code: %s', (_name, document) => {
    expect(document.components.schemas.ErrorCode.enum).toEqual(Object.keys(errorCodes))
  })
})
