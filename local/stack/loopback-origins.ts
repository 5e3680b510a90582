import { environment } from '../../lambdas/environment.ts'
import type { StackModel } from './model.ts'

/** Every port of this machine, where development servers run. */
const loopbackOrigins: readonly string[] = ['http://localhost:*', 'http://127.0.0.1:*']

/**
 * Allows the loopback origins in addition to those of the stack. They are added to the model rather than to the stack,
 * because the CORS of API Gateway has no such patterns, and no deployed stack may allow these origins.
 */
export function allowLoopbackOrigins(stack: StackModel): StackModel {
  const { allowedOrigins } = environment
  const functions = new Map(stack.functions)
  for (const [id, model] of functions) {
    const origins = model.environment[allowedOrigins]
    if (origins === undefined) continue
    const added = [origins, ...loopbackOrigins].join(',')
    functions.set(id, { ...model, environment: { ...model.environment, [allowedOrigins]: added } })
  }
  const { cors } = stack.httpApi
  const extended = cors && { ...cors, allowOrigins: [...cors.allowOrigins, ...loopbackOrigins] }
  return { ...stack, functions, httpApi: { ...stack.httpApi, cors: extended } }
}
