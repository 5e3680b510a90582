import { type Invoke, ThrottledError } from '../lambda/invoke.ts'

/** Options of both the WebSocket API and the HTTP API. */
export interface ApiOptions<Model, Limits> {
  readonly api: Model
  readonly invoke: Invoke
  /** `requestContext.domainName` of the events. */
  readonly domainName: string
  readonly limits?: Partial<Limits>
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  /** Called with the reason when a function's result is turned into an anonymous error. @default - silent */
  readonly warn?: (problem: string) => void
  /** Called with each CloudWatch metric that an error adds to. @default - not counted */
  readonly count?: (metric: '5xx' | 'ExecutionError' | 'IntegrationError') => void
}

/** The result of a function, or the reason why there is none. */
export type Invocation =
  | { readonly value: unknown }
  | { readonly problem: string; readonly cause: 'failed' | 'throttled' | 'timedOut' }

/**
 * Invokes a function and waits for it no longer than the timeout of the integration. After the timeout the function
 * keeps running and its result is dropped.
 */
export async function invokeWithin(
  invoke: Invoke,
  { functionId, timeoutMs }: { readonly functionId: string; readonly timeoutMs: number },
  event: unknown,
  isWanted?: () => boolean,
): Promise<Invocation> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<Invocation>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, { problem: 'the function timed out', cause: 'timedOut' }).unref()
  })
  try {
    return await Promise.race([invoke(functionId, event, isWanted).then((value) => ({ value })), timeout])
  } catch (error) {
    return { problem: String(error), cause: error instanceof ThrottledError ? 'throttled' : 'failed' }
  } finally {
    clearTimeout(timer)
  }
}

/** Invokes the function of a WebSocket route. */
export type InvokeRoute = (
  route: { readonly functionId: string; readonly timeoutMs: number },
  event: unknown,
  isWanted?: () => boolean,
) => Promise<Invocation>

/** Counts the errors of a WebSocket API in the metrics to which they belong. */
export function countedInvoke({
  invoke,
  count,
}: Pick<ApiOptions<never, never>, 'invoke' | 'count'>): InvokeRoute {
  return async (route, event, isWanted) => {
    const invocation = await invokeWithin(invoke, route, event, isWanted)
    const status = 'problem' in invocation ? undefined : statusOf(invocation.value)
    if (status === undefined) count?.('ExecutionError')
    else if (status >= 400) count?.('IntegrationError')
    return invocation
  }
}

function statusOf(result: unknown): number | undefined {
  const { statusCode } = (result ?? {}) as { readonly statusCode?: unknown }
  return typeof statusCode === 'number' ? statusCode : undefined
}
