import { describe, expect, it } from 'vitest'
import { defaultTemplate, logicalId, resourcesOf } from './synthesize.ts'

const template = defaultTemplate
const only = (type: string, prefix = '') => {
  const id = logicalId(template, type, prefix)
  return { id, properties: resourcesOf(template, type)[id]?.Properties }
}
const distribution = only('AWS::CloudFront::Distribution').properties.DistributionConfig
const bucket = only('AWS::S3::Bucket')
const policyOf = (prefix: string) =>
  only('AWS::CloudFront::ResponseHeadersPolicy', `SiteHeaders${prefix}`).properties
    .ResponseHeadersPolicyConfig
interface Behavior {
  readonly PathPattern: string
  readonly TargetOriginId: string
}
const behavior = (pattern: string) =>
  distribution.CacheBehaviors.find(({ PathPattern }: Behavior) => PathPattern === pattern)
const originOf = ({ TargetOriginId }: Behavior) =>
  distribution.Origins.find(({ Id }: { Id: string }) => Id === TargetOriginId)

describe('The bucket of the site', () => {
  it('is private, refuses unencrypted calls, and is deleted with its files when the stack is', () => {
    expect(bucket.properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    })
    expect(resourcesOf(template, 'AWS::S3::Bucket')[bucket.id]?.DeletionPolicy).toBe('Delete')
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 1)
    const { Statement } = only('AWS::S3::BucketPolicy').properties.PolicyDocument
    expect(Statement[0]).toMatchObject({
      Effect: 'Deny',
      Action: 's3:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    })
  })

  it('can be read by its distribution alone, which may list it, so that a missing file is a 404', () => {
    const { Statement } = only('AWS::S3::BucketPolicy').properties.PolicyDocument
    const services = Statement.filter(
      ({ Principal }: { Principal: { Service?: string } }) => Principal.Service !== undefined,
    )
    expect(services).toHaveLength(1)
    expect(services[0]).toMatchObject({
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:ListBucket'],
      Principal: { Service: 'cloudfront.amazonaws.com' },
    })
    expect(JSON.stringify(services[0].Condition)).toContain(only('AWS::CloudFront::Distribution').id)
    expect(originOf(distribution.DefaultCacheBehavior)).toHaveProperty('OriginAccessControlId')
  })

  it('[OPS-13] gets hashed files before the page, and keeps those of earlier versions', () => {
    const deployments = resourcesOf(template, 'Custom::CDKBucketDeployment')
    const find = (prefix: string) =>
      Object.entries(deployments).find(([id]) => id.startsWith(`SiteFiles${prefix}`)) ?? []
    const [hashedId, hashed] = find('Hashed')
    const [, shells] = find('Shells')
    expect(hashed?.Properties).toMatchObject({
      Prune: false,
      Include: ['assets/*'],
      SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
    })
    expect(shells?.Properties).toMatchObject({
      Prune: true,
      Exclude: ['assets/*', '*.d.ts'],
      SystemMetadata: { 'cache-control': 'public, max-age=0, must-revalidate' },
    })
    expect(shells?.DependsOn).toContain(hashedId)
  })
})

describe('The distribution of the site', () => {
  it('speaks HTTP/2 and 3 over IPv4 and IPv6, from the cheapest locations, and has the page as its root', () => {
    expect(distribution).toMatchObject({
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      PriceClass: 'PriceClass_100',
      DefaultRootObject: 'index.html',
    })
  })

  it('tries the APIs first, then the files that are not part of the page', () => {
    expect(distribution.CacheBehaviors.map(({ PathPattern }: Behavior) => PathPattern)).toEqual([
      '/api/*',
      '/socket.io*',
      '/ws/chat',
      '/assets/*',
      '/admin-chat.js',
      '/client.js',
      '/client.d.ts',
    ])
  })

  it('never replaces an error of the API by the page', () => {
    expect(distribution).not.toHaveProperty('CustomErrorResponses')
  })

  it.each(['/api/*', '/socket.io*', '/ws/chat'])(
    '%s is forwarded completely except for its Host, never cached, and with the secret',
    (pattern) => {
      expect(behavior(pattern)).toMatchObject({
        // The managed policies CachingDisabled and AllViewerExceptHostHeader.
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
        ViewerProtocolPolicy: 'https-only',
        AllowedMethods: expect.arrayContaining(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']),
      })
      const { OriginCustomHeaders, CustomOriginConfig } = originOf(behavior(pattern))
      expect(CustomOriginConfig.OriginProtocolPolicy).toBe('https-only')
      expect(OriginCustomHeaders).toHaveLength(1)
      expect(OriginCustomHeaders[0].HeaderName).toBe('chat-site-secret')
      expect(JSON.stringify(OriginCustomHeaders[0].HeaderValue)).toContain('{{resolve:secretsmanager:')
    },
  )

  it('caches and compresses files, and redirects to https', () => {
    for (const files of [distribution.DefaultCacheBehavior, behavior('/assets/*'), behavior('/client.js')]) {
      expect(files).toMatchObject({
        // The managed policy CachingOptimized.
        CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
        Compress: true,
        ViewerProtocolPolicy: 'redirect-to-https',
      })
    }
  })
})

describe('The headers of the site', () => {
  const directives = (prefix: string): string[] =>
    policyOf(prefix).SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy.split('; ')

  it('[SITE-5] let the page run its own files only, and insert no text as HTML', () => {
    const policy = directives('Page')
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        'trusted-types service-worker',
      ]),
    )
    expect(policy.join(' ')).not.toMatch(/unsafe|\*|http|data:|nonce|sha/)
  })

  it.each(['Page', 'Shared', 'Api'])(
    '[SITE-5] %s: enforce https, content types and frames, and send no referrer',
    (prefix) => {
      expect(directives(prefix)).toContain("frame-ancestors 'none'")
      expect(policyOf(prefix).SecurityHeadersConfig).toMatchObject({
        ContentTypeOptions: { Override: true },
        FrameOptions: { FrameOption: 'DENY', Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: true },
      })
    },
  )

  it('[SITE-4] let other sites load the library and the element, but not the page', () => {
    expect(policyOf('Shared').CorsConfig.AccessControlAllowOrigins.Items).toEqual(['*'])
    expect(policyOf('Shared').CorsConfig.AccessControlAllowCredentials).toBe(false)
    expect(policyOf('Page')).not.toHaveProperty('CorsConfig')
    expect(policyOf('Api')).not.toHaveProperty('CorsConfig')
  })
})
