import { Annotations, Fn, Stack } from 'aws-cdk-lib'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AccessLevel,
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  FunctionEventType,
  HttpVersion,
  type IFunction,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { siteHeaders } from '../../lambdas/site.ts'
import { SOCKET_PATH } from '../../protocol/socket-route.ts'
import { SiteBucket } from './site-bucket.ts'
import { SiteDomain } from './site-domain.ts'
import { SiteHeaders } from './site-headers.ts'
import { STAGE_NAME } from './socket-api.ts'
import { pageFunction, socketFunction } from './viewer-functions.ts'

export interface SiteProps {
  /** Folder with the files of the site. */
  readonly files: string
  /** Base URL of the HTTP API. */
  readonly restUrl: string
  /** URL of the WebSocket API. */
  readonly socketUrl: string
  /** The value by which the functions recognize calls of the distribution. */
  readonly secret: string
  /** How long CloudWatch keeps the log of the uploads, in days. */
  readonly logRetention: RetentionDays
  /**
   * Own domain, with the ARN of its certificate in us-east-1.
   *
   * @default - the distribution's own domain
   */
  readonly domain?: { readonly name: string; readonly certificateArn: string } | undefined
  /**
   * Hosted zone for the records of the own domain.
   *
   * @default - no records
   */
  readonly hostedZoneId?: string | undefined
  /**
   * ARN of a firewall in us-east-1.
   *
   * @default - none
   */
  readonly webAclArn?: string | undefined
}

/** One origin for browsers: the page, the REST API and the WebSocket behind one CloudFront distribution. */
export class Site extends Construct {
  readonly url: string
  /** The domain to which the records of an own domain point. */
  readonly distributionDomain: string

  constructor(scope: Construct, id: string, props: SiteProps) {
    super(scope, id)
    const { domain, hostedZoneId, webAclArn } = props
    const { bucket } = new SiteBucket(this, 'Files', props)
    const headers = new SiteHeaders(this, 'Headers')
    const files: BehaviorOptions = {
      // Without the right to list, S3 answers 403 instead of 404 for a file that does not exist. The distribution
      // forwards no query to the bucket, so S3 never returns a list.
      origin: S3BucketOrigin.withOriginAccessControl(bucket, {
        originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: headers.page,
    }
    const shared = { ...files, responseHeadersPolicy: headers.shared }
    const rest = { ...this.api(props.restUrl, props.secret), responseHeadersPolicy: headers.api }
    const distribution = new Distribution(this, 'Distribution', {
      comment: `admin-chat (${Stack.of(this).stackName})`,
      defaultRootObject: 'index.html',
      defaultBehavior: { ...files, ...onRequest(pageFunction(this)) },
      // CloudFront uses the first pattern that matches.
      additionalBehaviors: {
        '/api/*': rest,
        '/socket.io*': rest,
        [SOCKET_PATH]: {
          ...this.api(props.socketUrl, props.secret),
          ...onRequest(socketFunction(this, STAGE_NAME)),
        },
        '/assets/*': files,
        '/admin-chat.js': shared,
        '/client.js': shared,
        '/client.d.ts': shared,
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(webAclArn === undefined ? {} : { webAclId: webAclArn }),
      ...(domain && {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    })
    if (domain && hostedZoneId !== undefined) {
      new SiteDomain(this, 'Domain', { domainName: domain.name, hostedZoneId, distribution })
    }
    // The warning asks for a `defaultRootObject`, which is set above.
    Annotations.of(this).acknowledgeWarning('@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk')
    this.distributionDomain = distribution.distributionDomainName
    this.url = `https://${domain?.name ?? this.distributionDomain}`
  }

  /** Forwards everything except `Host`, by which API Gateway would look for a custom domain. */
  private api(url: string, secret: string): BehaviorOptions {
    return {
      origin: new HttpOrigin(Fn.select(2, Fn.split('/', url)), {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        customHeaders: { [siteHeaders.secret]: secret },
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    }
  }
}

const onRequest = (fn: IFunction) => ({
  functionAssociations: [{ function: fn, eventType: FunctionEventType.VIEWER_REQUEST }],
})
