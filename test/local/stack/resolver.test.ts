import { describe, expect, it } from 'vitest'
import { createResolver } from '../../../local/stack/resolver.ts'
import { parseTemplate } from '../../../local/stack/template.ts'

const template = parseTemplate(
  JSON.stringify({
    Parameters: { Colour: { Default: 'green' } },
    Resources: {
      Rooms: { Type: 'AWS::DynamoDB::Table' },
      Named: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'given' } },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'WEBSOCKET' } },
      Bucket: { Type: 'AWS::S3::Bucket' },
      Header: { Type: 'AWS::SecretsManager::Secret' },
      Key: { Type: 'AWS::SecretsManager::Secret' },
    },
  }),
)
const resolve = createResolver(template, 'Stack')

describe('the template resolver', () => {
  it('names a table by its logical id, unless it has its own name', () => {
    expect(resolve({ Ref: 'Rooms' })).toBe('Rooms')
    expect(resolve({ Ref: 'Named' })).toBe('given')
    expect(resolve({ 'Fn::GetAtt': ['Named', 'Arn'] })).toBe(
      'arn:aws:dynamodb:eu-west-1:000000000000:table/given',
    )
  })

  it('resolves pseudo parameters and the defaults of parameters', () => {
    expect(
      resolve(['AWS::Region', 'AWS::AccountId', 'AWS::StackName', 'Colour'].map((Ref) => ({ Ref }))),
    ).toEqual(['eu-west-1', '000000000000', 'Stack', 'green'])
  })

  it('joins, splits, selects and substitutes, even when nested', () => {
    expect(
      resolve({ a: [{ 'Fn::Join': ['/', ['x', { Ref: 'Rooms' }, { 'Fn::Select': [1, ['p', 'q']] }]] }] }),
    ).toEqual({ a: ['x/Rooms/q'] })
    expect(resolve({ 'Fn::Split': [':', { 'Fn::Sub': `\${AWS::Region}:\${Named.Arn}` }] })).toHaveLength(7)
    expect(resolve({ 'Fn::Sub': [`\${A} \${!Literal} \${Rooms}`, { A: { Ref: 'Colour' } }] })).toBe(
      `green \${Literal} Rooms`,
    )
  })

  it('gives an API the same id on every start', () => {
    const id = resolve({ Ref: 'Api' })
    expect(id).toMatch(/^[a-z0-9]{10}$/)
    expect(createResolver(template, 'Stack')({ Ref: 'Api' })).toBe(id)
    expect(resolve({ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] })).toBe(
      `wss://${id}.execute-api.eu-west-1.amazonaws.com`,
    )
  })

  it('generates the value of a secret once, for every reference to it', () => {
    const generated = (Ref: string, resolver = resolve) =>
      resolver({ 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref }, ':SecretString:::}}']] })
    expect(generated('Header')).toMatch(/^[0-9a-f]{48}$/)
    expect(generated('Header')).toBe(generated('Header'))
    expect(generated('Key')).not.toBe(generated('Header'))
    expect(generated('Header', createResolver(template, 'Stack'))).not.toBe(generated('Header'))
  })

  it('names what it does not support', () => {
    expect(() => resolve({ 'Fn::FindInMap': ['a', 'b', 'c'] })).toThrow('Fn::FindInMap')
    expect(() => resolve({ Ref: 'Nothing' })).toThrow('Nothing')
    expect(() => resolve({ 'Fn::GetAtt': ['Bucket', 'DomainName'] })).toThrow('Bucket.DomainName')
  })

  it('does not touch an object that only resembles an intrinsic', () => {
    const condition = { Ref: 'Rooms', other: 1 }
    expect(resolve(condition)).toEqual(condition)
  })
})
