import { devNull } from 'node:os'
import { environment } from '../../../lambdas/environment.ts'
import type { FunctionModel } from '../../stack/functions.ts'
import { place } from '../../stack/names.ts'
import type { Credentials } from '../iam/identities.ts'

/**
 * Returns a function's complete `process.env`: the variables of the template, those that Lambda adds, and the endpoints
 * of the laptop's AWS. Nothing from the developer's shell or AWS profile is included.
 */
export function functionEnvironment(
  definition: FunctionModel,
  credentials: Credentials,
  awsEndpoint: string,
): Readonly<Record<string, string>> {
  const callbackUrl = definition.environment[environment.callbackUrl]
  const tasksQueue = definition.environment[environment.tasksQueue]
  return {
    AWS_REGION: place.region,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_LEVEL: definition.logLevel,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...definition.environment,
    AWS_ENDPOINT_URL_DYNAMODB: awsEndpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: awsEndpoint,
    AWS_ENDPOINT_URL_SQS: awsEndpoint,
    // The SDK sends messages to the host in the queue's URL rather than to the endpoint above, so that URL must be
    // local as well.
    ...(tasksQueue && { [environment.tasksQueue]: localUrl(tasksQueue, awsEndpoint) }),
    ...(callbackUrl && { [environment.callbackUrl]: localUrl(callbackUrl, awsEndpoint) }),
  }
}

/** Replaces the host of a callback or queue URL with the laptop's, and keeps the path. */
export function localUrl(url: string, awsEndpoint: string): string {
  return new URL(new URL(url).pathname, awsEndpoint).href
}
