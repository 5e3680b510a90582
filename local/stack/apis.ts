import { z } from 'zod'
import type { HttpApiModel, WebSocketApiModel, WebSocketRouteModel } from './api-model.ts'
import type { Resolve } from './resolver.ts'
import { createRouteTargets } from './route-targets.ts'
import { parseResource, resourcesOfType, type Template, TemplateError } from './template.ts'

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

/** Reads the stack's one WebSocket API and its one HTTP API. */
export function readApis(
  template: Template,
  resolve: Resolve,
): { readonly webSocketApi: WebSocketApiModel; readonly httpApi: HttpApiModel } {
  const all = <T>(type: string, schema: z.ZodType<T>) =>
    resourcesOfType(template, type).map(([id, { Properties }]) => ({
      ref: String(resolve({ Ref: id })),
      id,
      ...parseResource(id, schema, resolve(Properties)),
    }))
  const apis = all('AWS::ApiGatewayV2::Api', apiProperties)
  const stages = all('AWS::ApiGatewayV2::Stage', stageProperties)
  const routes = all('AWS::ApiGatewayV2::Route', routeProperties)
  const answered = new Set(
    all('AWS::ApiGatewayV2::RouteResponse', routeResponseProperties).map(({ RouteId }) => RouteId),
  )
  const targetOf = createRouteTargets(template, resolve)

  const apiOf = (protocol: 'WEBSOCKET' | 'HTTP') => {
    const [api, another] = apis.filter(({ ProtocolType }) => ProtocolType === protocol)
    if (!api || another) throw new TemplateError(`The laptop needs exactly one ${protocol} API per stack`)
    const [stage, second] = stages.filter(({ ApiId }) => ApiId === api.ref)
    if (!stage || second) throw new TemplateError(`API ${api.id} must have exactly one stage`)
    const own = routes.filter(({ ApiId }) => ApiId === api.ref)
    return { api, stage: stage.StageName, routes: own }
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
            // API Gateway returns the answer only with both a route response and the expression that selects it.
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
      ...(cors && {
        cors: {
          allowOrigins: cors.AllowOrigins,
          allowMethods: cors.AllowMethods,
          allowHeaders: cors.AllowHeaders,
          exposeHeaders: cors.ExposeHeaders,
          allowCredentials: cors.AllowCredentials,
          ...(cors.MaxAge !== undefined && { maxAge: cors.MaxAge }),
        },
      }),
    },
  }
}
