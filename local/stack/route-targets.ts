import { z } from 'zod'
import { readInvokePermissions } from './invoke-permissions.ts'
import { place } from './names.ts'
import type { Resolve } from './resolver.ts'
import { parseResource, type Template, TemplateError } from './template.ts'

const integrationProperties = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  TimeoutInMillis: z.number().optional(),
})

interface Route {
  readonly ApiId: string
  readonly RouteKey: string
  readonly Target: string
}

interface Target {
  readonly functionId: string
  readonly timeoutMs: number
}

/**
 * Returns a lookup of the function behind a route. It throws if API Gateway may not invoke the function: on AWS such a
 * route deploys, and then responds with 500.
 */
export function createRouteTargets(template: Template, resolve: Resolve) {
  const { functionOf, permits } = readInvokePermissions(template, resolve)

  return (route: Route, stage: string, defaultTimeoutMs: number): Target => {
    const integrationId = route.Target.replace(/^integrations\//, '')
    const integration = template.Resources[integrationId]
    if (!integration) throw new TemplateError(`Route ${route.RouteKey}: no integration ${route.Target}`)
    const { IntegrationUri, TimeoutInMillis } = parseResource(
      integrationId,
      integrationProperties,
      resolve(integration.Properties),
    )
    // A WebSocket integration wraps the function's ARN in an API Gateway ARN; an HTTP integration does not.
    const functionArn = /functions\/(.+)\/invocations$/.exec(IntegrationUri)?.[1] ?? IntegrationUri
    const functionId = functionOf(functionArn)
    if (functionId === undefined) {
      throw new TemplateError(
        `Route ${route.RouteKey} invokes ${functionArn}, which is not a function of the stack`,
      )
    }

    const source =
      `arn:${place.partition}:execute-api:${place.region}:${place.account}:` +
      `${route.ApiId}/${stage}/${route.RouteKey.replace(' ', '')}`
    if (!permits('apigateway.amazonaws.com', functionId, source)) {
      throw new TemplateError(
        `Route ${route.RouteKey}: API Gateway has no permission to invoke ${functionId}`,
      )
    }
    return { functionId, timeoutMs: TimeoutInMillis ?? defaultTimeoutMs }
  }
}
