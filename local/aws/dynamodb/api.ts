import { type AwsCall, type AwsReply, badRequest } from '../calls.ts'
import type { Authorize } from '../iam/authorize.ts'
import type { CallEngine } from './engine-calls.ts'
import { dynamodbPermissions } from './permissions.ts'

/** Checks the IAM permissions of each call, then forwards it unchanged to the engine. */
export function createDynamodbApi(callEngine: CallEngine, authorize: Authorize) {
  return async ({ identity, operation, body }: AwsCall): Promise<AwsReply> => {
    const required = dynamodbPermissions(operation, body)
    const refusal = required
      ? authorize(identity, required)
      : `dynamodb:${operation} is not available to functions`
    if (refusal !== undefined) return badRequest('AccessDeniedException', refusal)
    return callEngine(operation, body).catch((error: unknown) => ({
      status: 500,
      type: 'InternalServerError',
      message: String(error),
    }))
  }
}
