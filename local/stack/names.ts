import { createHash } from 'node:crypto'
import type { TemplateResource } from './template.ts'

/** The Region and account of the emulated stack, so that ARNs have the same shape as on AWS. */
export const place = {
  partition: 'aws',
  region: 'eu-west-1',
  account: '000000000000',
  urlSuffix: 'amazonaws.com',
} as const

interface Named {
  /** The value of `Ref`. */
  readonly ref: string
  /** The values of `Fn::GetAtt`. */
  readonly attributes: Readonly<Record<string, string>>
}

/** An ARN in the Region and account of the emulated stack. */
export const arn = (service: string, rest: string) =>
  `arn:${place.partition}:${service}:${place.region}:${place.account}:${rest}`

/**
 * Ids of APIs and suffixes of secrets are random on AWS. Here, they follow from the name, so that they survive a
 * restart.
 */
const stableId = (name: string, length: number) =>
  BigInt(`0x${createHash('sha256').update(name).digest('hex')}`)
    .toString(36)
    .slice(0, length)

export const stackId = (stackName: string) =>
  arn('cloudformation', `stack/${stackName}/${stableId(stackName, 32)}`)

const physicalName = (id: string, { Properties }: TemplateResource, property: string) =>
  typeof Properties[property] === 'string' ? Properties[property] : id

type Namer = (id: string, resource: TemplateResource) => Named

/** A resource whose `Ref` is its name: the value of the property, or a generated name if there is none. */
const named =
  (property: string, arnOf: (name: string) => string): Namer =>
  (id, resource) => {
    const name = physicalName(id, resource, property)
    return { ref: name, attributes: { Arn: arnOf(name) } }
  }

const namers: Readonly<Record<string, Namer>> = {
  'AWS::DynamoDB::Table': named('TableName', (name) => arn('dynamodb', `table/${name}`)),
  'AWS::Lambda::Function': named('FunctionName', (name) => arn('lambda', `function:${name}`)),
  'AWS::IAM::Role': named('RoleName', (name) => `arn:${place.partition}:iam::${place.account}:role/${name}`),
  'AWS::Logs::LogGroup': named('LogGroupName', (name) => arn('logs', `log-group:${name}:*`)),
  'AWS::Events::Rule': named('Name', (name) => arn('events', `rule/${name}`)),
  'AWS::SecretsManager::Secret': (id, resource) => {
    const name = physicalName(id, resource, 'Name')
    const ref = arn('secretsmanager', `secret:${name}-${stableId(name, 6)}`)
    return { ref, attributes: { Id: ref } }
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
  'AWS::S3::Bucket': (id, resource) => {
    const ref = physicalName(id, resource, 'BucketName').toLowerCase()
    const host = `${ref}.s3.${place.region}.${place.urlSuffix}`
    return { ref, attributes: { Arn: `arn:${place.partition}:s3:::${ref}`, RegionalDomainName: host } }
  },
  'AWS::CloudFront::Distribution': (id) => {
    const ref = `E${stableId(id, 13).toUpperCase()}`
    return { ref, attributes: { Id: ref, DomainName: `d${stableId(id, 13)}.cloudfront.net` } }
  },
  'AWS::CloudFront::Function': (id) => {
    const ref = `arn:${place.partition}:cloudfront::${place.account}:function/${id}`
    return { ref, attributes: { Arn: ref, FunctionARN: ref } }
  },
  'AWS::CloudFront::OriginAccessControl': (id) => ({ ref: id, attributes: { Id: id } }),
  'AWS::SQS::Queue': (id, resource) => {
    const name = physicalName(id, resource, 'QueueName')
    const url = `https://sqs.${place.region}.${place.urlSuffix}/${place.account}/${name}`
    return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } }
  },
}

/** Returns the names of a resource. For types without an entry above, these are just the logical id. */
export function namesOf(id: string, resource: TemplateResource): Named {
  return namers[resource.Type]?.(id, resource) ?? { ref: id, attributes: {} }
}
