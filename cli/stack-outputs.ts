import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'

/**
 * Returns the outputs of a deployed stack by name. The SDK finds the Region and the credentials in its usual
 * places, such as AWS_REGION and AWS_PROFILE.
 */
export async function stackOutputs(stackName: string): Promise<Readonly<Record<string, string>>> {
  const { Stacks } = await new CloudFormationClient({}).send(
    new DescribeStacksCommand({ StackName: stackName }),
  )
  const outputs = Stacks?.[0]?.Outputs ?? []
  return Object.fromEntries(
    outputs.flatMap(({ OutputKey, OutputValue }) =>
      OutputKey !== undefined && OutputValue !== undefined ? [[OutputKey, OutputValue]] : [],
    ),
  )
}
