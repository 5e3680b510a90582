import { describe, expect, it } from 'vitest'
import { routeSelector } from '../../../../local/aws/gateway/route-selection.ts'

const selecting = (expression: string, ...keys: string[]) => routeSelector(expression, new Set(keys))

describe('route selection', () => {
  it('[R1] evaluates a field of the message', () => {
    expect(selecting('$request.body.type', 'ping')('{"type":"ping"}')).toBe('ping')
  })

  it('[R1] evaluates nested fields, several variables and static text', () => {
    const expression = ['a.b', 'list[1]'].map((path) => `\${request.body.${path}}`).join('/v1/')
    const select = selecting(expression, 'chat/v1/send')
    expect(select('{"a":{"b":"chat"},"list":["x","send"]}')).toBe('chat/v1/send')
  })

  it('[R1] takes an escaped dollar sign literally', () => {
    expect(selecting('\\$-$request.body.type', '$-ping')('{"type":"ping"}')).toBe('$-ping')
  })

  it.each([
    ['1', '{"type":1}'],
    ['true', '{"type":true}'],
    ['[a, b]', '{"type":["a","b"]}'],
  ])('[R2] compares the result as the string %s', (key, message) => {
    expect(selecting('$request.body.type', key, '$default')(message)).toBe(key)
  })

  it('[R2] compares case-sensitively', () => {
    expect(selecting('$request.body.type', 'ping', '$default')('{"type":"Ping"}')).toBe('$default')
  })

  it.each(['{}', 'not json', '"ping"', 'null', '[]', '{"type":null}', '{"type":{"ping":1}}', ''])(
    '[R3] sends %j to $default',
    (message) => {
      expect(selecting('$request.body.type', 'ping', '$default')(message)).toBe('$default')
    },
  )

  it('[R3] knows no inherited fields', () => {
    expect(selecting('$request.body.constructor.name', 'Object')('{}')).toBeUndefined()
  })

  it.each(['$connect', '$disconnect', '$default'])('[R4] sends a message of type %s to $default', (type) => {
    const select = selecting('$request.body.type', '$connect', '$disconnect', '$default')
    expect(select(JSON.stringify({ type }))).toBe('$default')
  })

  it('[R5] selects nothing when neither the route nor $default exists', () => {
    expect(selecting('$request.body.type', '$connect')('{"type":"$connect"}')).toBeUndefined()
  })
})
