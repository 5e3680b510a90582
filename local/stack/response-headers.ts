import { z } from 'zod'
import type { ResponseHeaderModel } from './site-model.ts'

const overridable = { Override: z.boolean() }

/** Strict, because an ignored header would make the laptop differ from AWS. */
export const policyProperties = z.object({
  ResponseHeadersPolicyConfig: z.strictObject({
    Name: z.string(),
    Comment: z.string().optional(),
    SecurityHeadersConfig: z
      .strictObject({
        ContentSecurityPolicy: z
          .strictObject({ ...overridable, ContentSecurityPolicy: z.string() })
          .optional(),
        ContentTypeOptions: z.strictObject(overridable).optional(),
        FrameOptions: z.strictObject({ ...overridable, FrameOption: z.string() }).optional(),
        ReferrerPolicy: z.strictObject({ ...overridable, ReferrerPolicy: z.string() }).optional(),
        StrictTransportSecurity: z
          .strictObject({ ...overridable, AccessControlMaxAgeSec: z.number() })
          .optional(),
      })
      .default({}),
    CorsConfig: z
      .strictObject({
        AccessControlAllowCredentials: z.literal(false),
        AccessControlAllowHeaders: z.object({}),
        AccessControlAllowMethods: z.object({}),
        AccessControlAllowOrigins: z.strictObject({ Items: z.tuple([z.literal('*')]) }),
        OriginOverride: z.boolean(),
      })
      .optional(),
    CustomHeadersConfig: z
      .strictObject({
        Items: z.array(z.strictObject({ ...overridable, Header: z.string(), Value: z.string() })),
      })
      .default({ Items: [] }),
  }),
})

/** The headers that a policy adds to a response, without those that only preflights have. */
export function headersOf(policy: z.infer<typeof policyProperties> | undefined): ResponseHeaderModel[] {
  if (policy === undefined) return []
  const { SecurityHeadersConfig, CorsConfig, CustomHeadersConfig } = policy.ResponseHeadersPolicyConfig
  const csp = SecurityHeadersConfig.ContentSecurityPolicy
  const types = SecurityHeadersConfig.ContentTypeOptions
  const frames = SecurityHeadersConfig.FrameOptions
  const referrer = SecurityHeadersConfig.ReferrerPolicy
  const transport = SecurityHeadersConfig.StrictTransportSecurity
  const list: [name: string, value: string | undefined, overrides: boolean | undefined][] = [
    ['content-security-policy', csp?.ContentSecurityPolicy, csp?.Override],
    ['x-content-type-options', types && 'nosniff', types?.Override],
    ['x-frame-options', frames?.FrameOption, frames?.Override],
    ['referrer-policy', referrer?.ReferrerPolicy, referrer?.Override],
    [
      'strict-transport-security',
      transport && `max-age=${transport.AccessControlMaxAgeSec}`,
      transport?.Override,
    ],
    // CloudFront adds this header only to responses to requests that have an `Origin` header.
    ['access-control-allow-origin', CorsConfig && '*', CorsConfig?.OriginOverride],
    ...CustomHeadersConfig.Items.map(({ Header, Value, Override }): [string, string, boolean] => [
      Header.toLowerCase(),
      Value,
      Override,
    ]),
  ]
  return list.flatMap(([name, value, overrides]) =>
    value === undefined ? [] : [{ name, value, overrides: overrides === true }],
  )
}
