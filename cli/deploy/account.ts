import { APIGatewayClient } from '@aws-sdk/client-api-gateway'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { EDGE_REGION } from '../../lib/edge-name.ts'

/** The account and the Region to deploy to. */
export interface Account {
  readonly region: string
  readonly cloudFormation: CloudFormationClient
  /** For the second stack. */
  readonly edgeCloudFormation: CloudFormationClient
  readonly apiGateway: APIGatewayClient
  readonly secrets: SecretsManagerClient
}

/** Finds the credentials and the Region in the same places as the CDK. Rejects if no Region is configured. */
export async function openAccount(profile: string | undefined): Promise<Account> {
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile
  const cloudFormation = new CloudFormationClient()
  return {
    region: await cloudFormation.config.region(),
    cloudFormation,
    edgeCloudFormation: new CloudFormationClient({ region: EDGE_REGION }),
    apiGateway: new APIGatewayClient(),
    secrets: new SecretsManagerClient(),
  }
}
