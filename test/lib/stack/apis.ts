import { describe, expect, it } from 'vitest'
import { restRoutes } from '../../../protocol/endpoints.ts'
import { DEFAULT_ROUTE, frameTypes, returnsAnswer } from '../../../protocol/frames.ts'
import { ROUTE_SELECTION } from '../../../protocol/socket-route.ts'
import { defaultTemplate, logicalId, type Resource, resourcesOf, synthesize } from './synthesize.ts'

const template = defaultTemplate
const ROUTE = 'AWS::ApiGatewayV2::Route'
const STAGE = 'AWS::ApiGatewayV2::Stage'
const API = 'AWS::ApiGatewayV2::Api'

const api = (prefix: string, from = template) => {
  const id = logicalId(from, API, prefix)
  const { [id]: resource } = resourcesOf(from, API)
  const routes = Object.entries(resourcesOf(from, ROUTE)).filter(([, r]) => r.Properties.ApiId.Ref === id)
  const stages = Object.values(resourcesOf(from, STAGE)).filter((s) => s.Properties.ApiId.Ref === id)
  if (resource === undefined || stages[0] === undefined) throw new Error(`no API ${prefix}`)
  return { id, resource, routes, stage: stages[0], stages }
}

/** Returns the name of the function that a route invokes, such as `Frames`. */
const target = ({ Properties }: Resource, from = template): string | undefined => {
  const integrationId = Properties.Target['Fn::Join'][1][1].Ref
  const uri = JSON.stringify(resourcesOf(from, 'AWS::ApiGatewayV2::Integration')[integrationId]?.Properties)
  return /Functions(Lifecycle|Frames|Rest)Function/.exec(uri)?.[1]
}

describe('The WebSocket API', () => {
  const socket = api('SocketApi')
  const keys = socket.routes.map(([, route]) => route.Properties.RouteKey)

  it('selects routes by the type of the frame', () => {
    expect(socket.resource.Properties.RouteSelectionExpression).toBe(ROUTE_SELECTION)
  })

  it('has a route for every frame type, a default route, and both lifecycle routes', () => {
    expect(keys.toSorted()).toEqual(['$connect', '$default', '$disconnect', ...frameTypes].toSorted())
  })

  it('sends unauthenticated handshakes to one function, and frames to another', () => {
    for (const [, route] of socket.routes) {
      const key = route.Properties.RouteKey
      expect(target(route), key).toBe(['$connect', '$disconnect'].includes(key) ? 'Lifecycle' : 'Frames')
    }
  })

  it("returns the function's answer only on routes that have one", () => {
    const responding = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::RouteResponse')).map(
      ({ Properties }) => Properties.RouteId.Ref,
    )
    const answering = socket.routes.filter(([id]) => responding.includes(id)).map(([, r]) => r.Properties)
    expect(answering.map(({ RouteKey }) => RouteKey).toSorted()).toEqual(
      [...frameTypes, DEFAULT_ROUTE].filter(returnsAnswer).toSorted(),
    )
    const selecting = socket.routes.filter(([, r]) => r.Properties.RouteResponseSelectionExpression)
    expect(selecting.map(([id]) => id).toSorted()).toEqual(responding.toSorted())
  })

  it('has one throttled stage that deploys automatically once all routes exist', () => {
    expect(socket.stages).toHaveLength(1)
    expect(socket.stage.Properties).toMatchObject({
      StageName: 'prod',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    })
  })
})

describe('The HTTP API', () => {
  const rest = api('RestApi')

  it('has every route of the protocol, and a default route', () => {
    const keys = rest.routes.map(([, route]) => route.Properties.RouteKey)
    expect(keys.toSorted()).toEqual([...restRoutes, '$default'].toSorted())
    for (const [, route] of rest.routes) expect(target(route)).toBe('Rest')
  })

  it('has one throttled stage that deploys automatically', () => {
    expect(rest.stages).toHaveLength(1)
    expect(rest.stage.Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    })
  })

  it('has no CORS configuration while no origin is allowed', () => {
    expect(rest.resource.Properties).not.toHaveProperty('CorsConfiguration')
  })
})

describe.each(['SocketApi', 'RestApi'])('The parts of %s', (prefix) => {
  it('[OPS-27] are created one after another, and the stage last', () => {
    const { id, stage } = api(prefix)
    const parts = ['Integration', 'Route', 'RouteResponse'].flatMap((type) =>
      Object.entries(resourcesOf(template, `AWS::ApiGatewayV2::${type}`)).filter(
        ([, { Properties }]) => Properties.ApiId.Ref === id,
      ),
    )
    const ids = parts.map(([part]) => part)
    const previous = new Map(
      parts.map(([part, { DependsOn = [] }]) => [part, DependsOn.filter((other) => ids.includes(other))]),
    )
    const [last, ...others] = (stage.DependsOn ?? []).filter((other) => ids.includes(other))
    expect(others).toEqual([])
    // Each part waits for exactly one other, and from the last one the way leads through all of them.
    const way: string[] = []
    for (let part = last; part !== undefined; part = previous.get(part)?.[0]) way.push(part)
    expect(way.toSorted()).toEqual(ids.toSorted())
    expect([...previous.values()].filter((waits) => waits.length !== 1)).toEqual([[]])
  })
})

describe('With other settings', () => {
  const origins = ['https://chat.example.com', 'http://localhost:3000']
  const changed = synthesize({
    settings: { allowedOrigins: origins, accessLogs: true, throttleRate: 7, throttleBurst: 9 },
  })

  it('exactly the allowed origins are accepted, for handshakes and for calls, without credentials', () => {
    expect(api('RestApi', changed).resource.Properties.CorsConfiguration).toEqual({
      AllowOrigins: origins,
      AllowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      AllowHeaders: ['authorization', 'content-type', '*'],
      MaxAge: 3600,
    })
    changed.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { ALLOWED_ORIGINS: origins.join(',') } },
    })
  })

  it('an origin that API Gateway refuses leaves CORS to the function', () => {
    const allowedOrigins = ['https://chat.example.com', 'capacitor://localhost', 'null']
    const template = synthesize({ settings: { allowedOrigins } })
    expect(api('RestApi', template).resource.Properties).not.toHaveProperty('CorsConfiguration')
    for (const prefix of ['FunctionsLifecycle', 'FunctionsRest']) {
      const id = logicalId(template, 'AWS::Lambda::Function', prefix)
      const { Environment } = resourcesOf(template, 'AWS::Lambda::Function')[id]?.Properties ?? {}
      expect(Environment.Variables.ALLOWED_ORIGINS).toBe(allowedOrigins.join(','))
    }
  })

  it.each(['SocketApi', 'RestApi'])('%s is throttled as configured', (prefix) => {
    expect(api(prefix, changed).stage.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 7,
      ThrottlingBurstLimit: 9,
    })
  })

  it.each(['SocketApi', 'RestApi'])('%s logs each request but no token', (prefix) => {
    const { stage } = api(prefix, changed)
    const format = JSON.parse(stage.Properties.AccessLogSettings.Format)
    expect(format).toMatchObject({ requestId: '$context.requestId', status: '$context.status' })
    expect(JSON.stringify(format)).not.toMatch(/query|header|authoriz|\$input|context\.path/i)
  })

  it("[OPS-28] nothing changes the account's role for logs", () => {
    changed.resourceCountIs('AWS::ApiGateway::Account', 0)
  })

  it('by default, nothing writes access logs', () => {
    for (const { Properties } of Object.values(resourcesOf(template, STAGE))) {
      expect(Properties).not.toHaveProperty('AccessLogSettings')
    }
  })
})
