import { z } from 'zod'
import type { HttpApiModel, WebSocketApiModel, WebSocketRouteModel } from './api-model.ts'
import { createTargetLookup } from './invoke-permissions.ts'
import { arn } from './names.ts'
import type { Resolve } from './resolver.ts'
import { readResources, type Template, TemplateError } from './template.ts'

const apiProperties = z.object({
  ProtocolType: z.enum(['WEBSOCKET', 'HTTP']),
  RouteSelectionExpression: z.string().default('$request.body.action'),
  CorsConfiguration: z
    .object({
      AllowOrigins: z.array(z.string()).default([]),
      AllowMethods: z.array(z.string()).default([]),
      AllowHeaders: z.array(z.string()).default([]),
      ExposeHeaders: z.array(z.string()).default([]),
      AllowCredentials: z.boolean().default(false),
      MaxAge: z.number().optional(),
    })
    .optional(),
})
const stageProperties = z.object({ ApiId: z.string(), StageName: z.string() })
const routeProperties = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  RouteResponseSelectionExpression: z.string().optional(),
})
const routeResponseProperties = z.object({ RouteId: z.string() })
const integrationProperties = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  TimeoutInMillis: z.number().optional(),
})

/** Reads the stack's one WebSocket API and its one HTTP API. */
export function readApis(
  template: Template,
  resolve: Resolve,
): { readonly webSocketApi: WebSocketApiModel; readonly httpApi: HttpApiModel } {
  const all = <T extends object>(name: string, schema: z.ZodType<T>) =>
    readResources(template, resolve, `AWS::ApiGatewayV2::${name}`, schema)
  const apis = all('Api', apiProperties)
  const stages = all('Stage', stageProperties)
  const routes = all('Route', routeProperties)
  const integrations = all('Integration', integrationProperties)
  const answered = new Set(all('RouteResponse', routeResponseProperties).map(({ RouteId }) => RouteId))
  const functionOf = createTargetLookup(template, resolve)

  const targetOf = (
    { ApiId, RouteKey, Target }: z.infer<typeof routeProperties>,
    stage: string,
    defaultTimeoutMs: number,
  ) => {
    const integration = integrations.find(({ ref }) => Target === `integrations/${ref}`)
    if (!integration) throw new TemplateError(`Route ${RouteKey}: no integration ${Target}`)
    const { IntegrationUri, TimeoutInMillis } = integration
    // A WebSocket integration wraps the function's ARN in an API Gateway ARN; an HTTP integration does not.
    const functionArn = /functions\/(.+)\/invocations$/.exec(IntegrationUri)?.[1] ?? IntegrationUri
    const source = arn('execute-api', `${ApiId}/${stage}/${RouteKey.replace(' ', '')}`)
    return {
      functionId: functionOf(`Route ${RouteKey}`, functionArn, 'apigateway.amazonaws.com', source),
      timeoutMs: TimeoutInMillis ?? defaultTimeoutMs,
    }
  }
  const apiOf = (protocol: 'WEBSOCKET' | 'HTTP') => {
    const [api, another] = apis.filter(({ ProtocolType }) => ProtocolType === protocol)
    if (!api || another) throw new TemplateError(`The laptop needs exactly one ${protocol} API per stack`)
    const [stage, second] = stages.filter(({ ApiId }) => ApiId === api.ref)
    if (!stage || second) throw new TemplateError(`API ${api.id} must have exactly one stage`)
    return { api, stage: stage.StageName, routes: routes.filter(({ ApiId }) => ApiId === api.ref) }
  }

  const socket = apiOf('WEBSOCKET')
  const http = apiOf('HTTP')
  const cors = http.api.CorsConfiguration
  return {
    webSocketApi: {
      apiId: socket.api.ref,
      stage: socket.stage,
      routeSelectionExpression: socket.api.RouteSelectionExpression,
      routes: new Map(
        socket.routes.map((route): [string, WebSocketRouteModel] => [
          route.RouteKey,
          {
            ...targetOf(route, socket.stage, 29_000),
            // API Gateway returns the answer only if the route has both a route response and the expression that
            // selects it.
            hasRouteResponse:
              route.RouteResponseSelectionExpression === '$default' && answered.has(route.ref),
          },
        ]),
      ),
    },
    httpApi: {
      apiId: http.api.ref,
      stage: http.stage,
      routes: http.routes.map((route) => ({
        routeKey: route.RouteKey,
        ...targetOf(route, http.stage, 30_000),
      })),
      cors: cors && {
        allowOrigins: cors.AllowOrigins,
        allowMethods: cors.AllowMethods,
        allowHeaders: cors.AllowHeaders,
        exposeHeaders: cors.ExposeHeaders,
        allowCredentials: cors.AllowCredentials,
        maxAge: cors.MaxAge,
      },
    },
  }
}
