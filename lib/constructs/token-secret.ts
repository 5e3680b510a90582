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
   * @default - a secret with a random value is made, and kept when the stack is deleted
   */
  readonly existingName?: string | undefined
}

/** The key that signs and verifies tokens. Its value is never in the template, an output or a variable. */
export class TokenSecret extends Construct {
  /** What Secrets Manager accepts as `SecretId`: the ARN of our own secret, the name of an existing one. */
  readonly secretId: string
  private readonly arn: string

  constructor(scope: Construct, id: string, props: TokenSecretProps) {
    super(scope, id)
    if (props.existingName === undefined) {
      const secret = new Secret(this, 'Secret', {
        description: 'Signs the tokens of the chat (HS256).',
        // Letters and digits alone pass unharmed through shells and environment files; 64 of them are 381 bits.
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        removalPolicy: RemovalPolicy.RETAIN,
      })
      this.secretId = secret.secretArn
      this.arn = secret.secretArn
    } else {
      const secret = Secret.fromSecretNameV2(this, 'Secret', props.existingName)
      this.secretId = secret.secretName
      // Secrets Manager ends every ARN with a hyphen and six random characters, which a name does not tell.
      this.arn = `${secret.secretArn}-??????`
    }
  }

  /** Tells the function which secret it is and lets it read the value. */
  grantRead(fn: LambdaFunction): void {
    fn.addEnvironment(environment.jwtSecret, this.secretId)
    fn.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.arn] }),
    )
  }
}
