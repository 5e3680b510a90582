import { environment } from '../../lambdas/environment.ts'
import type { StackModel } from './model.ts'

/** Every port of this machine, where development servers run. */
export const loopbackOrigins: readonly string[] = ['http://localhost:*', 'http://127.0.0.1:*']

/**
 * Allows the loopback origins in addition to those of the stack. They are added to the model rather than to the
 * stack: API Gateway's CORS knows no such pattern, and no deployed stack may allow it.
 */
export function allowLoopbackOrigins(stack: StackModel): StackModel {
  const { allowedOrigins } = environment
  const { cors } = stack.httpApi
  return {
    ...stack,
    functions: new Map(
      [...stack.functions].map(([id, model]) => {
        const origins = model.environment[allowedOrigins]
        if (origins === undefined) return [id, model]
        const added = [origins, ...loopbackOrigins].join(',')
        return [id, { ...model, environment: { ...model.environment, [allowedOrigins]: added } }]
      }),
    ),
    httpApi: {
      ...stack.httpApi,
      ...(cors && { cors: { ...cors, allowOrigins: [...cors.allowOrigins, ...loopbackOrigins] } }),
    },
  }
}
