import { z } from 'zod'
import type { HttpApiModel, WebSocketApiModel } from './api-model.ts'
import type { Resolve } from './resolver.ts'
import { headersOf, policyProperties } from './response-headers.ts'
import type { BehaviorModel, SiteModel } from './site-model.ts'
import { readResources, type Template, TemplateError } from './template.ts'

/** The managed policy that lets CloudFront cache and compress, by its id in every account. */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6'

const behavior = z.object({
  PathPattern: z.string().default('*'),
  TargetOriginId: z.string(),
  AllowedMethods: z.array(z.string()).default(['HEAD', 'GET']),
  Compress: z.boolean().default(false),
  CachePolicyId: z.string(),
  ResponseHeadersPolicyId: z.string().optional(),
  FunctionAssociations: z
    .array(z.strictObject({ EventType: z.literal('viewer-request'), FunctionARN: z.string() }))
    .max(1)
    .default([]),
})
const distributionProperties = z.object({
  DistributionConfig: z.object({
    // The laptop emulates no error responses: they would also replace the errors of the API.
    CustomErrorResponses: z.never('no error responses').optional(),
    CacheBehaviors: z.array(behavior).default([]),
    DefaultCacheBehavior: behavior,
    Origins: z.array(
      z.object({
        Id: z.string(),
        DomainName: z.string(),
        OriginPath: z.literal('').optional(),
        OriginCustomHeaders: z
          .array(z.strictObject({ HeaderName: z.string(), HeaderValue: z.string() }))
          .default([]),
        S3OriginConfig: z.object({}).optional(),
      }),
    ),
  }),
})
const functionProperties = z.object({
  FunctionCode: z.string(),
  FunctionConfig: z.object({ Runtime: z.literal('cloudfront-js-2.0') }),
})
const uploadProperties = z.object({
  Exclude: z.array(z.string()).default([]),
  Include: z.array(z.string()).default([]),
  SystemMetadata: z
    .strictObject({ 'cache-control': z.string().optional(), 'content-type': z.string().optional() })
    .default({}),
})

interface Apis {
  readonly webSocketApi: WebSocketApiModel
  readonly httpApi: HttpApiModel
}

/** Reads the stack's one distribution, whose origins are its APIs and its bucket. */
export function readSite(template: Template, resolve: Resolve, apis: Apis): SiteModel {
  const all = <T extends object>(type: string, schema: z.ZodType<T>) =>
    readResources(template, resolve, type, schema)
  const [distribution, another] = all('AWS::CloudFront::Distribution', distributionProperties)
  if (!distribution || another) throw new TemplateError('The laptop needs exactly one distribution per stack')
  const { CacheBehaviors, DefaultCacheBehavior, Origins } = distribution.DistributionConfig
  const functions = all('AWS::CloudFront::Function', functionProperties)
  const policies = all('AWS::CloudFront::ResponseHeadersPolicy', policyProperties)

  const originOf = (id: string) => {
    const origin = Origins.find(({ Id }) => Id === id)
    if (origin?.S3OriginConfig) return { ...origin, kind: 'bucket' as const }
    const isApi = ({ apiId }: { readonly apiId: string }) => origin?.DomainName.startsWith(`${apiId}.`)
    if (origin && isApi(apis.webSocketApi)) return { ...origin, kind: 'websocket-api' as const }
    if (origin && isApi(apis.httpApi)) return { ...origin, kind: 'http-api' as const }
    throw new TemplateError(`The laptop does not know the origin ${id} of the distribution`)
  }
  const read = (config: z.infer<typeof behavior>): BehaviorModel => {
    const { kind, OriginCustomHeaders } = originOf(config.TargetOriginId)
    const association = config.FunctionAssociations[0]
    return {
      pathPattern: config.PathPattern,
      methods: config.AllowedMethods,
      compresses: config.Compress && config.CachePolicyId === CACHING_OPTIMIZED,
      viewerRequest: functions.find(({ arn }) => arn === association?.FunctionARN)?.FunctionCode,
      responseHeaders: headersOf(policies.find(({ ref }) => ref === config.ResponseHeadersPolicyId)),
      origin: kind,
      originHeaders: new Map(
        OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [HeaderName.toLowerCase(), HeaderValue]),
      ),
    }
  }
  return {
    behaviors: [...CacheBehaviors, DefaultCacheBehavior].map(read),
    uploads: all('Custom::CDKBucketDeployment', uploadProperties).map((upload) => ({
      exclude: upload.Exclude,
      include: upload.Include,
      cacheControl: upload.SystemMetadata['cache-control'],
      contentType: upload.SystemMetadata['content-type'],
    })),
  }
}
