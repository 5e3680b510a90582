import { Duration } from 'aws-cdk-lib'
import {
  HeadersFrameOption,
  HeadersReferrerPolicy,
  type ResponseCustomHeader,
  type ResponseHeadersCorsBehavior,
  ResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { Construct } from 'constructs'

/** The page runs only its own files, and puts no text into the document as HTML. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  // Also covers the WebSocket of the same host (Content Security Policy Level 3).
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  // The only Trusted Types policy returns the address of the service worker and nothing else.
  'trusted-types service-worker',
]
/** For responses that are not documents. */
const noDocumentPolicy = ["default-src 'none'", "frame-ancestors 'none'"]

/** Features that a chat never uses. */
const permissions = ['camera', 'geolocation', 'microphone', 'payment', 'usb'].map((name) => `${name}=()`)

/** For files that hold nothing secret and need no credentials. */
const anyOrigin: ResponseHeadersCorsBehavior = {
  accessControlAllowOrigins: ['*'],
  accessControlAllowMethods: ['GET', 'HEAD'],
  accessControlAllowHeaders: ['*'],
  accessControlAllowCredentials: false,
  originOverride: true,
}

/** The headers that the distribution adds to responses. */
export class SiteHeaders extends Construct {
  /** For the page and its files. */
  readonly page: ResponseHeadersPolicy
  /** For the files that other sites load. */
  readonly shared: ResponseHeadersPolicy
  /** For the responses of the API, which sets its own CORS and cache headers. */
  readonly api: ResponseHeadersPolicy

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.page = this.policy('Page', 'The chat page', pagePolicy, {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': permissions.join(', '),
    })
    this.shared = this.policy(
      'Shared',
      'Files that other sites load',
      noDocumentPolicy,
      {
        'cache-control': 'public, max-age=300',
        'cross-origin-resource-policy': 'cross-origin',
      },
      anyOrigin,
    )
    this.api = this.policy('Api', 'Responses of the API', noDocumentPolicy, {})
  }

  private policy(
    id: string,
    comment: string,
    contentSecurityPolicy: readonly string[],
    others: Readonly<Record<string, string>>,
    corsBehavior?: ResponseHeadersCorsBehavior,
  ): ResponseHeadersPolicy {
    const customHeaders = Object.entries(others).map(
      ([header, value]): ResponseCustomHeader => ({ header, value, override: true }),
    )
    return new ResponseHeadersPolicy(this, id, {
      comment: `admin-chat: ${comment}`,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy.join('; '), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
      },
      ...(corsBehavior ? { corsBehavior } : {}),
      ...(customHeaders.length > 0 ? { customHeadersBehavior: { customHeaders } } : {}),
    })
  }
}
