import { checksOf } from './checks.ts'
import { readDocument } from './documents.ts'

export interface Parts {
  readonly path?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: object
}

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: dialogues read answers of every shape.
  readonly body: any
}

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly schema: object
}

/** Longer than API Gateway waits for a function. */
const CALL_TIMEOUT_MS = 30_000

const document = readDocument('openapi.yaml')
const check = checksOf(document, '2020-12')

/** Every operation that docs/openapi.yaml describes. */
// biome-ignore lint/suspicious/noExplicitAny: an object of a document.
const operations: readonly any[] = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
)
export const operationIds: readonly string[] = operations.map(({ operationId }) => operationId)

/**
 * Calls an operation as docs/openapi.yaml describes it; throws if the request or the answer violates the description.
 *
 * @param restUrl the URL before `/api`
 */
export async function callDocumented(
  restUrl: string,
  token: string,
  name: string,
  parts: Parts,
): Promise<Answer> {
  const operation = operations.find(({ operationId }) => operationId === name)
  if (!operation) throw new Error(`${name} is not described`)
  const requireValid = (part: string, problems: readonly string[]) => {
    if (problems.length > 0) throw new Error(`${name}: ${part}: ${problems.join('; ')}`)
  }

  const base = new URL(restUrl).pathname.replace(/\/$/, '')
  const url = new URL(restUrl)
  url.pathname = base + operation.path
  for (const parameter of (operation.parameters ?? []) as Parameter[]) {
    const value = parts[parameter.in]?.[parameter.name]
    if (value === undefined && !parameter.required) continue
    requireValid(parameter.name, check(parameter.schema, value))
    if (parameter.in === 'query') url.searchParams.set(parameter.name, String(value))
    else
      url.pathname = url.pathname.replace(encodeURI(`{${parameter.name}}`), encodeURIComponent(String(value)))
  }
  const body = operation.requestBody?.content['application/json'].schema
  if (body) requireValid('body', check(body, parts.body))
  const needsToken = (operation.security ?? document.security).length > 0

  const response = await fetch(url, {
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    method: operation.method.toUpperCase(),
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(needsToken
        ? { authorization: `${document.components.securitySchemes.token.scheme} ${token}` }
        : {}),
    },
    ...(body ? { body: JSON.stringify(parts.body) } : {}),
  })
  const answer = await response.json()
  const described = resolve(operation.responses[response.status])
  if (!described) throw new Error(`${name}: ${response.status} is not described: ${JSON.stringify(answer)}`)
  requireValid(`${response.status}`, check(described.content['application/json'].schema, answer))
  return { status: response.status, body: answer }
}

const resolve = (response: { $ref?: string } | undefined) =>
  response?.$ref ? document.components.responses[response.$ref.split('/').at(-1) ?? ''] : response
