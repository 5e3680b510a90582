import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront'
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53'
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets'
import { Construct } from 'constructs'

export interface SiteDomainProps {
  readonly domainName: string
  readonly hostedZoneId: string
  readonly distribution: IDistribution
}

/** The records that point the site's own domain to its distribution. */
export class SiteDomain extends Construct {
  constructor(scope: Construct, id: string, { domainName, hostedZoneId, distribution }: SiteDomainProps) {
    super(scope, id)
    const record = {
      zone: HostedZone.fromHostedZoneId(this, 'Zone', hostedZoneId),
      // The final dot marks the name as complete. Without it, the CDK would append the zone's name, which is unknown.
      recordName: `${domainName}.`,
      target: RecordTarget.fromAlias(new CloudFrontTarget(distribution)),
    }
    new ARecord(this, 'Ipv4', record)
    new AaaaRecord(this, 'Ipv6', record)
  }
}
