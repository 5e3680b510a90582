import type { HttpRouteModel } from '../../stack/api-model.ts'

export interface HttpMatch {
  readonly route: HttpRouteModel
  readonly pathParameters: Readonly<Record<string, string>>
}

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable' | 'greedy'; readonly name: string }

interface CompiledRoute {
  readonly route: HttpRouteModel
  readonly method: string
  readonly segments: readonly Segment[]
}

const ranks = { literal: 0, variable: 1, greedy: 2 } as const

/**
 * Returns a function that selects the route for a method and a decoded path. Segments are compared from left to right:
 * literal before variable before greedy. Then the exact method wins over `ANY`, and `$default` comes last. There is no 405:
 * a known path with another method is not found.
 */
export function httpRouter(
  routes: readonly HttpRouteModel[],
): (method: string, path: string) => HttpMatch | undefined {
  const ordered = routes.filter(({ routeKey }) => routeKey !== '$default').map(compile)
  ordered.sort(bySpecificity)
  const fallback = routes.find(({ routeKey }) => routeKey === '$default')

  return (method, path) => {
    const parts = path.split('/').slice(1)
    for (const candidate of ordered) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue
      const pathParameters = match(candidate.segments, parts)
      if (pathParameters !== undefined) return { route: candidate.route, pathParameters }
    }
    return fallback === undefined ? undefined : { route: fallback, pathParameters: {} }
  }
}

function compile(route: HttpRouteModel): CompiledRoute {
  const [method = '', path = ''] = route.routeKey.split(' ')
  return { route, method, segments: path.split('/').slice(1).map(compileSegment) }
}

function compileSegment(text: string): Segment {
  const variable = /^\{([^}+]+)(\+?)\}$/.exec(text)
  if (variable === null) return { kind: 'literal', text }
  return { kind: variable[2] === '+' ? 'greedy' : 'variable', name: variable[1] ?? '' }
}

function bySpecificity(left: CompiledRoute, right: CompiledRoute): number {
  const length = Math.min(left.segments.length, right.segments.length)
  for (let index = 0; index < length; index++) {
    const difference = rank(left.segments[index]) - rank(right.segments[index])
    if (difference !== 0) return difference
  }
  return Number(left.method === 'ANY') - Number(right.method === 'ANY')
}

function rank(segment: Segment | undefined): number {
  return segment === undefined ? 0 : ranks[segment.kind]
}

function match(
  segments: readonly Segment[],
  parts: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parameters: [string, string][] = []
  for (const [index, segment] of segments.entries()) {
    const part = parts[index]
    if (part === undefined) return undefined
    if (segment.kind === 'literal') {
      if (segment.text !== part) return undefined
    } else {
      const value = segment.kind === 'greedy' ? parts.slice(index).join('/') : part
      if (value === '') return undefined
      parameters.push([segment.name, value])
      if (segment.kind === 'greedy') return Object.fromEntries(parameters)
    }
  }
  return segments.length === parts.length ? Object.fromEntries(parameters) : undefined
}
