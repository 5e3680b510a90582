import type { HttpRouteModel } from '../../stack/api-model.ts'

export interface HttpMatch {
  readonly route: HttpRouteModel
  readonly pathParameters: Readonly<Record<string, string>>
}

/**
 * Returns a function that selects the route for a method and a decoded path. Segments are compared from left to right:
 * a literal segment wins over a variable, and a variable over a greedy one. Then the exact method wins over `ANY`, and
 * `$default` comes last. There is no 405: a known path with another method is not found.
 */
export function httpRouter(routes: readonly HttpRouteModel[]) {
  const ordered = routes.filter(({ routeKey }) => routeKey !== '$default').map(compile)
  ordered.sort((left, right) => left.rank.localeCompare(right.rank))
  const fallback = routes.find(({ routeKey }) => routeKey === '$default')

  return (method: string, path: string): HttpMatch | undefined => {
    for (const { route, method: allowed, pattern, names } of ordered) {
      const values = allowed === 'ANY' || allowed === method ? pattern.exec(path) : null
      if (!values) continue
      return {
        route,
        pathParameters: Object.fromEntries(names.map((name, index) => [name, values[index + 1] ?? ''])),
      }
    }
    return fallback && { route: fallback, pathParameters: {} }
  }
}

/** A segment of a route that is a variable, `{name}`, or greedy, `{name+}`. */
const VARIABLE = /^\{([^}+]+)(\+?)\}$/

function compile(route: HttpRouteModel) {
  const [method = '', path = ''] = route.routeKey.split(' ')
  const segments = path.split('/').map((text) => {
    const [, name, greedy] = VARIABLE.exec(text) ?? []
    if (name === undefined) return { rank: 0, source: text.replace(/\W/g, '\\$&') }
    return greedy ? { rank: 2, name, source: '(.+)' } : { rank: 1, name, source: '([^/]+)' }
  })
  return {
    route,
    method,
    pattern: new RegExp(`^${segments.map(({ source }) => source).join('/')}$`, 's'),
    names: segments.flatMap(({ name }) => name ?? []),
    rank: `${segments.map(({ rank }) => rank).join('')}${method === 'ANY' ? 1 : 0}`,
  }
}
