import { RemovalPolicy } from 'aws-cdk-lib'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'

/**
 * The value by which the functions recognize calls of the site's distribution. CloudFormation inserts the value into
 * the functions and the distribution when it deploys them, so that `lifecycle`, which may read nothing, can compare it.
 */
export class SiteSecret extends Construct {
  /** A reference; only CloudFormation sees the value. */
  readonly value: string

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const secret = new Secret(this, 'Secret', {
      description: 'The header by which the chat recognizes requests of its own CloudFront distribution.',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.value = secret.secretValue.unsafeUnwrap()
  }
}
