import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib'
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager'
import { HostedZone } from 'aws-cdk-lib/aws-route53'
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2'
import type { Construct } from 'constructs'
import { createsCertificate, EDGE_REGION } from './edge-name.ts'
import type { Settings } from './settings.ts'

/**
 * Requests that one address may send within five minutes. A page that polls sends about 100, and a whole office may
 * share one address.
 */
const MAX_REQUESTS = 2_000

export interface EdgeStackProps extends StackProps {
  readonly settings: Settings
}

/** What CloudFront needs in us-east-1, wherever the chat is: the firewall and the certificate. */
export class EdgeStack extends Stack {
  readonly webAclArn: string | undefined
  readonly certificateArn: string | undefined

  constructor(scope: Construct, id: string, { settings, ...props }: EdgeStackProps) {
    super(scope, id, {
      description: 'admin-chat: firewall and certificate of the site',
      ...props,
      env: { region: EDGE_REGION },
    })
    if (settings.waf) this.webAclArn = this.share('WebAclArn', this.webAcl().attrArn)
    const { domainName, hostedZoneId } = settings
    if (createsCertificate(settings) && domainName !== undefined && hostedZoneId !== undefined) {
      const zone = HostedZone.fromHostedZoneId(this, 'Zone', hostedZoneId)
      const certificate = new Certificate(this, 'Certificate', {
        domainName,
        validation: CertificateValidation.fromDns(zone),
      })
      this.certificateArn = this.share('CertificateArn', certificate.certificateArn)
    }
  }

  /** Outputs a value, and returns a reference to it for a stack in any Region. */
  private share(name: string, value: string): string {
    new CfnOutput(this, name, { value })
    return Fn.getStackOutput(this.stackName, name, EDGE_REGION)
  }

  private webAcl(): CfnWebACL {
    const metricOf = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: false,
      metricName,
    })
    return new CfnWebACL(this, 'WebAcl', {
      description: 'admin-chat: limits the requests of each address',
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: metricOf('AdminChat'),
      rules: [
        {
          name: 'RequestsPerAddress',
          priority: 0,
          statement: {
            rateBasedStatement: {
              limit: MAX_REQUESTS,
              evaluationWindowSec: 300,
              aggregateKeyType: 'IP',
            },
          },
          action: { block: {} },
          visibilityConfig: metricOf('AdminChatRequestsPerAddress'),
        },
      ],
    })
  }
}
