import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import { mockClient } from 'aws-sdk-client-mock'
import { expect, it } from 'vitest'
import { stackFunctions } from '../../cli/stack-functions.ts'
import { defaultTemplate } from '../lib/stack/synthesize.ts'

it('the functions of a deployed stack and their logs are found by their logical ids, over several pages', async () => {
  const client = new CloudFormationClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  const ids = Object.keys(defaultTemplate.toJSON()['Resources'])
  const summaries = (part: readonly string[]) =>
    part.map((id) => ({
      LogicalResourceId: id,
      PhysicalResourceId: `physical-${id}`,
      ResourceType: '',
      LastUpdatedTimestamp: new Date(0),
      ResourceStatus: 'CREATE_COMPLETE' as const,
    }))
  const middle = Math.floor(ids.length / 2)
  mockClient(client)
    .on(ListStackResourcesCommand)
    .resolvesOnce({ StackResourceSummaries: summaries(ids.slice(0, middle)), NextToken: 'more' })
    .resolvesOnce({ StackResourceSummaries: summaries(ids.slice(middle)) })
  const functions = await stackFunctions(client, 'AdminChat')
  expect([...functions.keys()]).toEqual(['lifecycle', 'frames', 'rest', 'worker'])
  for (const [name, found] of functions) {
    const prefix = `physical-Functions${name.charAt(0).toUpperCase()}${name.slice(1)}`
    expect(found.name).toMatch(new RegExp(`^${prefix}Function[0-9A-F]{8}$`))
    expect(found.logGroup).toMatch(new RegExp(`^${prefix}Log[0-9A-F]{8}$`))
  }
})
