import { RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { environment } from '../../lambdas/environment.ts'

export interface TokenSecretProps {
  /**
   * Name of an existing secret to use.
   *
   * @default - a secret with a random value is created, and retained when the stack is deleted
   */
  readonly existingName?: string | undefined
}

/** The key that signs and verifies tokens. Its value never appears in the template, an output or a variable. */
export class TokenSecret extends Construct {
  /** `SecretId` for Secrets Manager: the ARN of a created secret, or the name of an existing one. */
  readonly secretId: string
  private readonly arn: string

  constructor(scope: Construct, id: string, props: TokenSecretProps) {
    super(scope, id)
    if (props.existingName === undefined) {
      const secret = new Secret(this, 'Secret', {
        description: 'Signing key of the chat tokens (HS256).',
        // Letters and digits are safe in shells and environment files; 64 of them are 381 bits.
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        // A first deployment that fails leaves no secret behind, because a secret costs money.
        removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      })
      this.secretId = secret.secretArn
      this.arn = secret.secretArn
    } else {
      const secret = Secret.fromSecretNameV2(this, 'Secret', props.existingName)
      this.secretId = secret.secretName
      // Every secret's ARN ends in a hyphen and six random characters, which cannot be derived from the name.
      this.arn = `${secret.secretArn}-??????`
    }
  }

  /** Sets the secret's id in the function's environment and grants reading its value. */
  grantRead(fn: LambdaFunction): void {
    fn.addEnvironment(environment.jwtSecret, this.secretId)
    fn.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.arn] }),
    )
  }
}
