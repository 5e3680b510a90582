import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { FunctionName } from '../../../lib/permissions.ts'
import type { Target } from '../../target.ts'

/** What Lambda says about a function. */
export interface FunctionConfiguration {
  readonly environment: Readonly<Record<string, string>>
  /** Whether the function writes a line for each invocation. */
  readonly logsInvocations: boolean
}

export async function functionConfiguration(
  { config, functions }: Pick<Target, 'config' | 'functions'>,
  name: FunctionName,
): Promise<FunctionConfiguration> {
  const FunctionName = (await functions()).get(name)?.name
  const { Environment, LoggingConfig } = await new LambdaClient(config).send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  )
  return {
    environment: Environment?.Variables ?? {},
    logsInvocations: ['TRACE', 'DEBUG', 'INFO'].includes(LoggingConfig?.ApplicationLogLevel ?? 'INFO'),
  }
}
