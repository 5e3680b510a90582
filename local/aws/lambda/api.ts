import type { FunctionModel } from '../../stack/functions.ts'
import { type AwsCall, type AwsReply, badRequest } from '../calls.ts'
import type { Authorize } from '../iam/authorize.ts'
import { shortName } from './functions.ts'

/**
 * The quota of an account after its first increase.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const DEFAULT_CONCURRENCY = 1000

export interface LambdaApiOptions {
  readonly functions: ReadonlyMap<string, Pick<FunctionModel, 'id' | 'arn' | 'environment' | 'logLevel'>>
  /** `LAMBDA_CONCURRENCY`. @default - invocations are not refused */
  readonly concurrency?: number | undefined
}

/** Emulates the operations of Lambda that the commands call: `GetFunctionConfiguration` and `GetAccountSettings`. */
export function createLambdaApi({ functions, concurrency }: LambdaApiOptions, authorize: Authorize) {
  const byName = new Map([...functions.values()].map((model) => [shortName(model.id), model]))

  return ({ identity, operation, path }: AwsCall): AwsReply => {
    const check = (action: string, resource: string) => {
      const denied = authorize(identity, [{ action: `lambda:${action}`, resource }])
      return denied === undefined ? undefined : badRequest('AccessDeniedException', denied)
    }
    if (operation === 'GET' && /^\/2016-08-19\/account-settings\/?$/.test(path)) {
      const limit = concurrency ?? DEFAULT_CONCURRENCY
      const body = { AccountLimit: { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: limit } }
      return check('GetAccountSettings', '*') ?? { status: 200, body }
    }
    const [, name = ''] = /^\/2015-03-31\/functions\/([\w-]+)\/configuration$/.exec(path) ?? []
    if (operation === 'GET' && name !== '') {
      const model = byName.get(name)
      const denied = check('GetFunctionConfiguration', model?.arn ?? name)
      if (denied) return denied
      if (!model)
        return { status: 404, type: 'ResourceNotFoundException', message: `Function not found: ${name}` }
      return { status: 200, body: configurationOf(model) }
    }
    return badRequest('UnknownOperationException', `The laptop does not emulate lambda:${operation} ${path}`)
  }
}

const configurationOf = ({
  id,
  environment,
  logLevel,
}: Pick<FunctionModel, 'id' | 'environment' | 'logLevel'>) => ({
  FunctionName: shortName(id),
  Environment: { Variables: environment },
  LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: logLevel },
})
