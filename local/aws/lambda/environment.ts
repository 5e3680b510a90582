import { devNull } from 'node:os'
import { environment } from '../../../lambdas/environment.ts'
import type { FunctionModel } from '../../stack/functions.ts'
import { place } from '../../stack/names.ts'
import type { Credentials } from '../iam/identities.ts'

/**
 * All that a function finds in `process.env`: what the template gives it, what Lambda adds, and where the
 * laptop's AWS stands. Nothing of the developer's own shell or AWS profile gets in.
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
    // The SDK calls the host of a queue's URL rather than the endpoint above, and so that is the laptop's as well.
    ...(tasksQueue && { [environment.tasksQueue]: localUrl(tasksQueue, awsEndpoint) }),
    ...(callbackUrl && { [environment.callbackUrl]: localUrl(callbackUrl, awsEndpoint) }),
  }
}

/** The stage's callback URL, or a queue's, on the laptop: the path with the stage, or account and name, stays. */
export function localUrl(url: string, awsEndpoint: string): string {
  return new URL(new URL(url).pathname, awsEndpoint).href
}
