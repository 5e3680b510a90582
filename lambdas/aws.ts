import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'

/**
 * The one place where AWS clients are made. The SDK's own default is to wait for ever, which would spend a
 * function's whole time on one lost packet: every call here ends within a bound that fits the function's ten
 * seconds. Endpoints and credentials come from the environment, on a laptop as on AWS.
 */
const within = (requestTimeout: number) => ({
  connectionTimeout: 1000,
  requestTimeout,
  throwOnRequestTimeout: true,
})

/** Three tries of at most two seconds each; the SDK backs off with jitter between them. */
export const createDocumentClient = () =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 3, requestHandler: within(2000) }), {
    marshallOptions: { removeUndefinedValues: true },
  })

/** A post is a hint and the log is the truth: one try, so that a slow connection costs little. */
export const createPostClient = () =>
  new ApiGatewayManagementApiClient({ maxAttempts: 1, requestHandler: within(2000) })

export const createSecretClient = () =>
  new SecretsManagerClient({ maxAttempts: 2, requestHandler: within(2000) })

/** A second try may enqueue a task twice, which no task minds: the queue itself may deliver it twice. */
export const createQueueClient = () => new SQSClient({ maxAttempts: 2, requestHandler: within(2000) })
