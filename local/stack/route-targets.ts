import { z } from 'zod'
import { place } from './names.ts'
import { matches } from './permissions.ts'
import type { Resolve } from './resolver.ts'
import { resourcesOfType, type Template, TemplateError } from './template.ts'

const integrationProperties = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  TimeoutInMillis: z.number().optional(),
})
const permissionProperties = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().default('*'),
})

interface Route {
  readonly ApiId: string
  readonly RouteKey: string
  readonly Target: string
}

interface Target {
  readonly functionId: string
  readonly timeoutMillis: number
}

/**
 * Finds the function behind a route, and checks that the stack lets API Gateway invoke it: on AWS a route
 * without the permission deploys and then answers 500, so the laptop must not be kinder.
 */
export function createRouteTargets(template: Template, resolve: Resolve) {
  const functions = new Map(
    resourcesOfType(template, 'AWS::Lambda::Function').map(([id]) => [
      String(resolve({ 'Fn::GetAtt': [id, 'Arn'] })),
      id,
    ]),
  )
  const permissions = resourcesOfType(template, 'AWS::Lambda::Permission').map(([, { Properties }]) =>
    permissionProperties.parse(resolve(Properties)),
  )

  return (route: Route, stage: string, defaultTimeoutMillis: number): Target => {
    const integrationId = route.Target.replace(/^integrations\//, '')
    const integration = template.Resources[integrationId]
    if (!integration) throw new TemplateError(`Route ${route.RouteKey}: no integration ${route.Target}`)
    const { IntegrationUri, TimeoutInMillis } = integrationProperties.parse(resolve(integration.Properties))
    // A WebSocket integration names the function inside an API Gateway ARN, an HTTP one by its own ARN.
    const functionArn = /functions\/(.+)\/invocations$/.exec(IntegrationUri)?.[1] ?? IntegrationUri
    const functionId = functions.get(functionArn)
    if (functionId === undefined) {
      throw new TemplateError(
        `Route ${route.RouteKey} invokes ${functionArn}, which is no function of the stack`,
      )
    }

    const source =
      `arn:${place.partition}:execute-api:${place.region}:${place.account}:` +
      `${route.ApiId}/${stage}/${route.RouteKey.replace(' ', '')}`
    const permitted = permissions.some(
      ({ Action, FunctionName, Principal, SourceArn }) =>
        Action === 'lambda:InvokeFunction' &&
        (FunctionName === functionArn || FunctionName === resolve({ Ref: functionId })) &&
        Principal === 'apigateway.amazonaws.com' &&
        matches(SourceArn, source),
    )
    if (!permitted) {
      throw new TemplateError(
        `Route ${route.RouteKey}: API Gateway has no permission to invoke ${functionId}`,
      )
    }
    return { functionId, timeoutMillis: TimeoutInMillis ?? defaultTimeoutMillis }
  }
}
