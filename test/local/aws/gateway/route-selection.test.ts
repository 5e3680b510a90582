import { describe, expect, it } from 'vitest'
import { routeSelector } from '../../../../local/aws/gateway/route-selection.ts'

const selecting = (expression: string, ...keys: string[]) => routeSelector(expression, new Set(keys))

describe('route selection', () => {
  it('evaluates a field of the message', () => {
    expect(selecting('$request.body.type', 'ping')('{"type":"ping"}')).toBe('ping')
  })

  it('evaluates nested fields, several variables and static text', () => {
    const expression = ['a.b', 'list[1]'].map((path) => `\${request.body.${path}}`).join('/v1/')
    const select = selecting(expression, 'chat/v1/send')
    expect(select('{"a":{"b":"chat"},"list":["x","send"]}')).toBe('chat/v1/send')
  })

  it('treats an escaped dollar sign as literal text', () => {
    expect(selecting('\\$-$request.body.type', '$-ping')('{"type":"ping"}')).toBe('$-ping')
  })

  it.each([
    ['1', '{"type":1}'],
    ['true', '{"type":true}'],
    ['[a, b]', '{"type":["a","b"]}'],
  ])('compares the result as the string %s', (key, message) => {
    expect(selecting('$request.body.type', key, '$default')(message)).toBe(key)
  })

  it('compares case-sensitively', () => {
    expect(selecting('$request.body.type', 'ping', '$default')('{"type":"Ping"}')).toBe('$default')
  })

  it.each(['{}', 'not json', '"ping"', 'null', '[]', '{"type":null}', '{"type":{"ping":1}}', ''])(
    'routes %j to $default',
    (message) => {
      expect(selecting('$request.body.type', 'ping', '$default')(message)).toBe('$default')
    },
  )

  it('ignores inherited properties', () => {
    expect(selecting('$request.body.constructor.name', 'Object')('{}')).toBeUndefined()
  })

  it.each(['$connect', '$disconnect', '$default'])('routes a message of type %s to $default', (type) => {
    const select = selecting('$request.body.type', '$connect', '$disconnect', '$default')
    expect(select(JSON.stringify({ type }))).toBe('$default')
  })

  it('selects nothing when neither the route nor $default exists', () => {
    expect(selecting('$request.body.type', '$connect')('{"type":"$connect"}')).toBeUndefined()
  })
})
