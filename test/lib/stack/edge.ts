import type { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import type { Settings } from '../../../lib/settings.ts'
import { STACK_NAME } from '../../../lib/stack-name.ts'
import { logicalId, resourcesOf, synthesizeAll } from './synthesize.ts'

const EDGE_NAME = `${STACK_NAME}Edge`
const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0f1e-2d'
const stacks = (settings: Partial<Settings>) => {
  const all = synthesizeAll({ settings })
  const chat = all.get(STACK_NAME) as Template
  const DISTRIBUTION = 'AWS::CloudFront::Distribution'
  const id = logicalId(chat, DISTRIBUTION, '')
  return {
    names: [...all.keys()],
    chat,
    edge: all.get(EDGE_NAME),
    distribution: resourcesOf(chat, DISTRIBUTION)[id]?.Properties.DistributionConfig,
  }
}
const outputOf = (name: string) => ({
  'Fn::GetStackOutput': { StackName: EDGE_NAME, Region: 'us-east-1', OutputName: name },
})

describe('With default settings', () => {
  it('there is one stack, so that "cdk deploy" needs no name', () => {
    expect(stacks({}).names).toEqual([STACK_NAME])
  })
})

describe('With an own domain', () => {
  it('and a certificate, the distribution has both and requires TLS 1.2, and there is no other stack', () => {
    const { names, chat, distribution } = stacks({ domainName: 'chat.example.com', certificateArn })
    expect(names).toEqual([STACK_NAME])
    expect(distribution.Aliases).toEqual(['chat.example.com'])
    expect(distribution.ViewerCertificate).toEqual({
      AcmCertificateArn: certificateArn,
      MinimumProtocolVersion: 'TLSv1.2_2021',
      SslSupportMethod: 'sni-only',
    })
    chat.hasOutput('SiteUrl', { Value: 'https://chat.example.com' })
    chat.hasOutput('SiteDomain', {})
    chat.resourceCountIs('AWS::Route53::RecordSet', 0)
  })

  it('and a hosted zone, the certificate is created in us-east-1, and the records in the zone', () => {
    const { names, chat, edge, distribution } = stacks({
      domainName: 'chat.example.com',
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
    })
    expect(names.toSorted()).toEqual([STACK_NAME, EDGE_NAME])
    edge?.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'chat.example.com',
      DomainValidationOptions: [{ DomainName: 'chat.example.com', HostedZoneId: 'Z0123456789ABCDEFGHIJ' }],
    })
    expect(distribution.ViewerCertificate.AcmCertificateArn).toEqual(outputOf('CertificateArn'))
    for (const Type of ['A', 'AAAA']) {
      chat.hasResourceProperties('AWS::Route53::RecordSet', {
        Type,
        Name: 'chat.example.com.',
        HostedZoneId: 'Z0123456789ABCDEFGHIJ',
      })
    }
    edge?.resourceCountIs('AWS::WAFv2::WebACL', 0)
  })
})

describe('With the firewall', () => {
  const { chat, edge, distribution } = stacks({ waf: true })

  it('[OPS-12] it limits each address, and the distribution uses it', () => {
    const { Scope, DefaultAction, Rules } =
      resourcesOf(edge as Template, 'AWS::WAFv2::WebACL')['WebAcl']?.Properties ?? {}
    expect([Scope, DefaultAction]).toEqual(['CLOUDFRONT', { Allow: {} }])
    expect(Rules).toHaveLength(1)
    expect(Rules[0]).toMatchObject({
      Action: { Block: {} },
      Statement: {
        RateBasedStatement: { AggregateKeyType: 'IP', Limit: 2000, EvaluationWindowSec: 300 },
      },
    })
    expect(distribution.WebACLId).toEqual(outputOf('WebAclArn'))
    edge?.resourceCountIs('AWS::CertificateManager::Certificate', 0)
  })

  it('[OPS-12] the functions refuse calls that bypass the site; without it they accept them', () => {
    const settingOf = (template: Template, prefix: string) => {
      const id = logicalId(template, 'AWS::Lambda::Function', `Functions${prefix}`)
      return resourcesOf(template, 'AWS::Lambda::Function')[id]?.Properties.Environment.Variables.SITE_ONLY
    }
    const without = stacks({}).chat
    for (const prefix of ['Lifecycle', 'Rest']) {
      expect([settingOf(chat, prefix), settingOf(without, prefix)]).toEqual(['true', 'false'])
    }
  })
})
