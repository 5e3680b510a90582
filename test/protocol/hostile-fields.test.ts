import { describe, expect, it } from 'vitest'
import type { AdminRoute } from '../../lambdas/rest/handler.ts'
import { parseCall } from '../../lambdas/rest/parse-call.ts'
import { HEALTH_ROUTE, restRoutes } from '../../protocol/endpoints.ts'
import { ChatError } from '../../protocol/errors.ts'
import { frameTypes, parseClientFrame } from '../../protocol/frames.ts'
import {
  fieldsOfCall,
  fieldsOfFrame,
  hostileJson,
  hostileStrings,
  HOSTILE_SEED as SEED,
  sampleOfCall,
  withField,
} from '../support/hostile.ts'

const routes = restRoutes.filter((route): route is AdminRoute => route !== HEALTH_ROUTE)
const codes = new Set(['bad_request', 'payload_too_large', 'unknown_type'])
const fits = (error: unknown) => error instanceof ChatError && codes.has(error.code) && error.message !== ''

/** What a parser throws. */
function thrownBy(parse: () => unknown): unknown {
  try {
    parse()
    return undefined
  } catch (error) {
    return error
  }
}

/** The inputs that are neither accepted nor refused with a sentence. */
function failures(inputs: readonly string[], parse: (input: string) => unknown): readonly string[] {
  return inputs.filter((input) => {
    const error = thrownBy(() => {
      const result = parse(input)
      if (result instanceof ChatError) throw result
    })
    return error !== undefined && !fits(error)
  })
}

describe(`every value of a field is either accepted or refused with an explanation (HOSTILE_SEED=${SEED})`, () => {
  it.each(frameTypes)('[ERR-6] in the frame %s', (type) => {
    const paths = [...fieldsOfFrame(type).map(({ path }) => path), ['request_id']]
    for (const path of paths) {
      const base = fieldsOfFrame(type)[0]?.base({}) ?? {}
      const texts = hostileJson(SEED, 40).map((json) => withField(base, path, json))
      expect(
        failures(texts, (text) => parseClientFrame(text).result),
        path.join('.'),
      ).toEqual([])
    }
    expect(failures(hostileStrings(SEED, 40), (text) => parseClientFrame(text).result)).toEqual([])
  })

  it.each(routes)('[ERR-6] in %s', (route) => {
    const path = sampleOfCall(route, 'path', {}) as Record<string, string>
    const parse = (call: object) =>
      parseCall(route, { headers: {}, pathParameters: path, isBase64Encoded: false, body: '{}', ...call })
    for (const part of ['path', 'query'] as const) {
      const key = part === 'path' ? 'pathParameters' : 'queryStringParameters'
      for (const { path: name } of fieldsOfCall(route, part)) {
        const fails = failures(hostileStrings(SEED, 40), (text) =>
          parse({ [key]: { ...(part === 'path' ? path : {}), [name.join('.')]: text } }),
        )
        expect(fails, `${part} ${name}`).toEqual([])
      }
    }
    for (const field of fieldsOfCall(route, 'body')) {
      const bodies = hostileJson(SEED, 40).map((json) => withField(field.base({}), field.path, json))
      expect(
        failures(bodies, (body) => parse({ body })),
        field.path.join('.'),
      ).toEqual([])
    }
    expect(failures(hostileStrings(SEED, 40), (body) => parse({ body }))).toEqual([])
  })

  it('covers every field: a field without samples gets a value that its schema accepts', () => {
    for (const type of frameTypes) {
      const base = fieldsOfFrame(type)[0]?.base({})
      const { result } = parseClientFrame(JSON.stringify(base))
      expect(result instanceof ChatError ? result.message : 'accepted', type).toBe('accepted')
    }
    for (const route of routes) {
      const [path, query, body] = (['path', 'query', 'body'] as const).map((part) =>
        sampleOfCall(route, part, {}),
      )
      const call = {
        headers: {},
        pathParameters: texts(path),
        queryStringParameters: texts(query),
        body: JSON.stringify(body),
        isBase64Encoded: false,
      }
      expect(
        thrownBy(() => parseCall(route, call)),
        route,
      ).toBeUndefined()
    }
  })
})

/** Parameters travel as text. */
const texts = (part: object = {}) =>
  Object.fromEntries(Object.entries(part).map(([name, value]) => [name, String(value)]))
