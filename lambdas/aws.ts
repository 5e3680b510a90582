import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'

/**
 * The only place that creates AWS clients. By default the SDK waits forever, so that one lost packet could use up a
 * function's whole timeout: every call here ends within a bound that fits into ten seconds. Endpoints and credentials
 * come from the environment, on a laptop as on AWS.
 */
const requestHandler = {
  connectionTimeout: 1000,
  requestTimeout: 2000,
  throwOnRequestTimeout: true,
}

/** Three attempts; the SDK backs off with jitter between them. */
export const createDocumentClient = () =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 3, requestHandler }), {
    marshallOptions: { removeUndefinedValues: true },
  })

/** One attempt, so that a slow connection costs little: clients that miss a push catch up from the log. */
export const createPostClient = () => new ApiGatewayManagementApiClient({ maxAttempts: 1, requestHandler })

export const createSecretClient = () => new SecretsManagerClient({ maxAttempts: 2, requestHandler })

/** A second attempt may enqueue a task twice, which is harmless: the queue itself may deliver a task twice. */
export const createQueueClient = () => new SQSClient({ maxAttempts: 2, requestHandler })
