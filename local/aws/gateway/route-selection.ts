import { reservedRoutes } from './gateway-constants.ts'

type Part = string | readonly string[]

/** `\$`, `${request.body.a.b}` and `$request.body.a.b`; everything else in an expression is literal text. */
const VARIABLE = /\\\$|\$\{request\.body([^}]*)\}|\$request\.body((?:\.[\w-]+|\[[^\]]*\])*)/g
const STEP = /\.([^.[\]]+)|\[\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*\]/g

/**
 * Compiles a route selection expression into a function that returns the route key for a message, or `undefined` if
 * neither the selected route nor `$default` exists.
 */
export function routeSelector(
  expression: string,
  routeKeys: ReadonlySet<string>,
): (message: string) => string | undefined {
  const parts = compile(expression)
  const fallback = routeKeys.has('$default') ? '$default' : undefined
  return (message) => {
    const body = parseJson(message)
    const selected = parts.map((part) => (typeof part === 'string' ? part : textAt(body, part))).join('')
    return routeKeys.has(selected) && !reservedRoutes.has(selected) ? selected : fallback
  }
}

function compile(expression: string): readonly Part[] {
  const parts: Part[] = []
  let end = 0
  for (const match of expression.matchAll(VARIABLE)) {
    parts.push(expression.slice(end, match.index))
    parts.push(match[0] === '\\$' ? '$' : steps(match[1] ?? match[2] ?? ''))
    end = match.index + match[0].length
  }
  return [...parts, expression.slice(end)]
}

function steps(path: string): readonly string[] {
  return [...path.matchAll(STEP)].map((match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? '')
}

/** A message that is not JSON is not an error; it is treated as a message without fields. */
function parseJson(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}

function textAt(body: unknown, path: readonly string[]): string {
  let value = body
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return ''
    value = (value as Readonly<Record<string, unknown>>)[step]
  }
  return stringify(value)
}

/**
 * Converts the value of a variable to text, which becomes a part of the selected route key. The format of null and of
 * objects is unverified.
 */
function stringify(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return `[${value.map(stringify).join(', ')}]`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
