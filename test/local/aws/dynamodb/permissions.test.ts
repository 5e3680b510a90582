import { describe, expect, it } from 'vitest'
import { dynamodbPermissions } from '../../../../local/aws/dynamodb/permissions.ts'

const permissions = (operation: string, input: object) =>
  dynamodbPermissions(operation, Buffer.from(JSON.stringify(input)))?.map(
    ({ action, resource }) => `${action} ${resource.replace(/^.*:table\//, '')}`,
  )

describe('the permissions required by a DynamoDB call', () => {
  it('apply to the table, or to its index', () => {
    expect(permissions('GetItem', { TableName: 'A' })).toEqual(['dynamodb:GetItem A'])
    expect(permissions('Query', { TableName: 'A', IndexName: 'I' })).toEqual(['dynamodb:Query A/index/I'])
    expect(permissions('PutItem', { TableName: 'arn:aws:dynamodb:x:1:table/A' })).toEqual([
      'dynamodb:PutItem A',
    ])
  })

  it('are those of each item in a transaction', () => {
    const TransactItems = ['Put', 'Update', 'Delete', 'ConditionCheck'].map((part, index) => ({
      [part]: { TableName: `T${index}` },
    }))
    expect(permissions('TransactWriteItems', { TransactItems })).toEqual([
      'dynamodb:PutItem T0',
      'dynamodb:UpdateItem T1',
      'dynamodb:DeleteItem T2',
      'dynamodb:ConditionCheckItem T3',
    ])
    expect(permissions('TransactGetItems', { TransactItems: [{ Get: { TableName: 'A' } }] })).toEqual([
      'dynamodb:GetItem A',
    ])
  })

  it('are those of the batch operation on each of its tables', () => {
    expect(permissions('BatchGetItem', { RequestItems: { A: {}, B: {} } })).toEqual([
      'dynamodb:BatchGetItem A',
      'dynamodb:BatchGetItem B',
    ])
  })

  it('do not exist for operations that functions may not call', () => {
    for (const operation of ['CreateTable', 'DeleteTable', 'ExecuteStatement', 'UpdateTimeToLive']) {
      expect(permissions(operation, { TableName: 'A' })).toBeUndefined()
    }
  })
})
