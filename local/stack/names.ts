import { createHash } from 'node:crypto'
import type { TemplateResource } from './template.ts'

/** The Region and account of the emulated stack, so that ARNs have the same shape as on AWS. */
export const place = {
  partition: 'aws',
  region: 'eu-west-1',
  account: '000000000000',
  urlSuffix: 'amazonaws.com',
} as const

type Attributes = Readonly<Record<string, string>>
interface Named {
  /** The value of `Ref`. */
  readonly ref: string
  /** The values of `Fn::GetAtt`. */
  readonly attributes: Attributes
}

export const arn = (service: string, rest: string) =>
  `arn:${place.partition}:${service}:${place.region}:${place.account}:${rest}`

/** API ids and secret suffixes are random on AWS; here they derive from the name, so that a restart keeps them. */
const stableId = (name: string, length: number) =>
  BigInt(`0x${createHash('sha256').update(name).digest('hex')}`)
    .toString(36)
    .slice(0, length)

const physicalName = (id: string, { Properties }: TemplateResource, property: string) =>
  typeof Properties[property] === 'string' ? Properties[property] : id

type Namer = (id: string, resource: TemplateResource) => Named

const namers: Readonly<Record<string, Namer>> = {
  'AWS::DynamoDB::Table': (id, resource) => {
    const name = physicalName(id, resource, 'TableName')
    return { ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`) } }
  },
  'AWS::Lambda::Function': (id, resource) => {
    const name = physicalName(id, resource, 'FunctionName')
    return { ref: name, attributes: { Arn: arn('lambda', `function:${name}`) } }
  },
  'AWS::SecretsManager::Secret': (id, resource) => {
    const name = physicalName(id, resource, 'Name')
    const ref = arn('secretsmanager', `secret:${name}-${stableId(name, 6)}`)
    return { ref, attributes: { Id: ref } }
  },
  'AWS::IAM::Role': (id, resource) => {
    const name = physicalName(id, resource, 'RoleName')
    const { partition, account } = place
    return { ref: name, attributes: { Arn: `arn:${partition}:iam::${account}:role/${name}` } }
  },
  'AWS::ApiGatewayV2::Api': (id, { Properties }) => {
    const ref = stableId(id, 10)
    const scheme = Properties['ProtocolType'] === 'WEBSOCKET' ? 'wss' : 'https'
    const host = `${ref}.execute-api.${place.region}.${place.urlSuffix}`
    return { ref, attributes: { ApiId: ref, ApiEndpoint: `${scheme}://${host}` } }
  },
  'AWS::ApiGatewayV2::Stage': (id, resource) => ({
    ref: physicalName(id, resource, 'StageName'),
    attributes: {},
  }),
  'AWS::Logs::LogGroup': (id, resource) => {
    const name = physicalName(id, resource, 'LogGroupName')
    return { ref: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } }
  },
  'AWS::Events::Rule': (id, resource) => {
    const name = physicalName(id, resource, 'Name')
    return { ref: name, attributes: { Arn: arn('events', `rule/${name}`) } }
  },
  'AWS::SQS::Queue': (id, resource) => {
    const name = physicalName(id, resource, 'QueueName')
    const url = `https://sqs.${place.region}.${place.urlSuffix}/${place.account}/${name}`
    return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } }
  },
}

/** Returns the names of a resource. A type without an entry above has its logical id and no attributes. */
export function namesOf(id: string, resource: TemplateResource): Named {
  return namers[resource.Type]?.(id, resource) ?? { ref: id, attributes: {} }
}
