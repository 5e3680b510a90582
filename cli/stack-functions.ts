import { type CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import { type FunctionName, functionNames } from '../lib/permissions.ts'

/** The names that CloudFormation gave to a function and its log group. */
export interface StackFunction {
  readonly name: string
  readonly logGroup: string
}

/** How the logical ids of a function and its log group begin, as lib/constructs/functions.ts names them. */
export const logicalIdOf = (name: FunctionName): string =>
  `Functions${name.charAt(0).toUpperCase()}${name.slice(1)}`

/** The functions of a deployed stack. */
export async function stackFunctions(
  client: CloudFormationClient,
  stack: string,
): Promise<ReadonlyMap<FunctionName, StackFunction>> {
  const physical = new Map<string, string>()
  let NextToken: string | undefined
  do {
    const page = await client.send(
      new ListStackResourcesCommand({ StackName: stack, ...(NextToken && { NextToken }) }),
    )
    for (const { LogicalResourceId = '', PhysicalResourceId = '' } of page.StackResourceSummaries ?? [])
      physical.set(LogicalResourceId.replace(/[0-9A-F]{8}$/, ''), PhysicalResourceId)
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  return new Map(
    functionNames.map((name) => {
      const id = logicalIdOf(name)
      return [
        name,
        { name: physical.get(`${id}Function`) ?? '', logGroup: physical.get(`${id}Log`) ?? '' },
      ] as const
    }),
  )
}
