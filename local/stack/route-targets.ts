import { z } from 'zod'
import { readInvokePermissions } from './invoke-permissions.ts'
import { place } from './names.ts'
import type { Resolve } from './resolver.ts'
import { type Template, TemplateError } from './template.ts'

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
 * Finds the function behind a route, and checks that the stack lets API Gateway invoke it: on AWS a route
 * without the permission deploys and then answers 500, so the laptop must not be kinder.
 */
export function createRouteTargets(template: Template, resolve: Resolve) {
  const { functionOf, permits } = readInvokePermissions(template, resolve)

  return (route: Route, stage: string, defaultTimeoutMs: number): Target => {
    const integrationId = route.Target.replace(/^integrations\//, '')
    const integration = template.Resources[integrationId]
    if (!integration) throw new TemplateError(`Route ${route.RouteKey}: no integration ${route.Target}`)
    const { IntegrationUri, TimeoutInMillis } = integrationProperties.parse(resolve(integration.Properties))
    // A WebSocket integration names the function inside an API Gateway ARN, an HTTP one by its own ARN.
    const functionArn = /functions\/(.+)\/invocations$/.exec(IntegrationUri)?.[1] ?? IntegrationUri
    const functionId = functionOf(functionArn)
    if (functionId === undefined) {
      throw new TemplateError(
        `Route ${route.RouteKey} invokes ${functionArn}, which is no function of the stack`,
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
