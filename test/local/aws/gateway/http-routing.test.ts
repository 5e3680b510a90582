import { describe, expect, it } from 'vitest'
import { httpRouter } from '../../../../local/aws/gateway/http-routing.ts'

function routing(...routeKeys: string[]) {
  const route = httpRouter(
    routeKeys.map((routeKey) => ({ routeKey, functionId: routeKey, timeoutMs: 30_000 })),
  )
  return (method: string, path: string) => route(method, path)?.route.routeKey
}

describe('HTTP routing', () => {
  it('prefers an exact path, then a variable, then a greedy variable, then $default', () => {
    const select = routing('$default', 'GET /pets/{proxy+}', 'GET /pets/{id}', 'GET /pets/dog')
    expect(select('GET', '/pets/dog')).toBe('GET /pets/dog')
    expect(select('GET', '/pets/cat')).toBe('GET /pets/{id}')
    expect(select('GET', '/pets/cat/1')).toBe('GET /pets/{proxy+}')
    expect(select('GET', '/people')).toBe('$default')
  })

  it('prefers the exact method to ANY', () => {
    const select = routing('ANY /pets', 'GET /pets')
    expect(select('GET', '/pets')).toBe('GET /pets')
    expect(select('POST', '/pets')).toBe('ANY /pets')
  })

  it('prefers the route whose literal segment is further left', () => {
    const select = routing('GET /{kind}/new', 'GET /pets/{id}')
    expect(select('GET', '/pets/new')).toBe('GET /pets/{id}')
    expect(select('GET', '/cars/new')).toBe('GET /{kind}/new')
  })

  it('finds no route when only another method has the path', () => {
    expect(routing('GET /pets')('POST', '/pets')).toBeUndefined()
  })

  it('distinguishes a trailing slash, and does not match a variable with an empty segment', () => {
    const select = routing('GET /pets', 'GET /cars/{id}', 'GET /all/{proxy+}')
    expect(select('GET', '/pets/')).toBeUndefined()
    expect(select('GET', '/cars/')).toBeUndefined()
    expect(select('GET', '/all/')).toBeUndefined()
  })

  it('returns the values of variables by name', () => {
    const route = httpRouter([{ routeKey: 'GET /a/{id}/{rest+}', functionId: 'f', timeoutMs: 1 }])
    expect(route('GET', '/a/7/b/c')?.pathParameters).toEqual({ id: '7', rest: 'b/c' })
  })
})
