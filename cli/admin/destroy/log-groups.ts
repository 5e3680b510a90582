import {
  type CloudWatchLogsClient,
  DeleteLogGroupCommand,
  type LogGroup,
  paginateDescribeLogGroups,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs'
import { costOf, escaped, generatedName, type Place, PRICES, sizeText } from './remains.ts'

/** The log groups of a stack. Lambda itself creates the log group of the function that empties the bucket. */
export const logGroups = (client: CloudWatchLogsClient, stack: string): Place => ({
  lookedFor: `log groups named ${stack}-… and /aws/lambda/${stack}-…`,
  async find() {
    const found: LogGroup[] = []
    for (const logGroupNamePrefix of [`${stack}-`, `/aws/lambda/${stack}-`]) {
      for await (const page of paginateDescribeLogGroups({ client }, { logGroupNamePrefix })) {
        found.push(...(page.logGroups ?? []))
      }
    }
    const ofStack = generatedName(stack, '[A-Za-z0-9]*')
    const ofFunction = new RegExp(`^/aws/lambda/${escaped(stack)}-[A-Za-z0-9]+-[A-Za-z0-9]+$`)
    return found
      .filter(({ logGroupName = '' }) => ofStack.test(logGroupName) || ofFunction.test(logGroupName))
      .map(({ logGroupName = '', storedBytes = 0 }) => ({
        kind: 'log group',
        name: logGroupName,
        detail: sizeText(storedBytes),
        dollarsPerMonth: costOf(storedBytes, PRICES.logGroup),
        async remove() {
          try {
            await client.send(new DeleteLogGroupCommand({ logGroupName }))
          } catch (error) {
            if (!(error instanceof ResourceNotFoundException)) throw error
          }
        },
      }))
  },
})
