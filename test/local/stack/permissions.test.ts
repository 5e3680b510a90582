import { describe, expect, it } from 'vitest'
import { isAllowed, readStatements } from '../../../local/stack/permissions.ts'
import { createResolver } from '../../../local/stack/resolver.ts'
import { parseTemplate } from '../../../local/stack/template.ts'

const table = 'arn:aws:dynamodb:eu-west-1:000000000000:table/Rooms'

/** The statements of a role with this statement in an attached policy. */
function statementsOf(statement: object, role: object = {}) {
  const template = parseTemplate(
    JSON.stringify({
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: role },
        Rooms: { Type: 'AWS::DynamoDB::Table' },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [statement] } },
        },
      },
    }),
  )
  return (
    readStatements(template, createResolver(template, 'Stack')).get('arn:aws:iam::000000000000:role/Role') ??
    []
  )
}

describe('permissions', () => {
  it('come from the inline and the attached policies of the role', () => {
    const own = { Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' }
    const attached = {
      Effect: 'Allow',
      Action: ['dynamodb:GetItem'],
      Resource: { 'Fn::GetAtt': ['Rooms', 'Arn'] },
    }
    const statements = statementsOf(attached, { Policies: [{ PolicyDocument: { Statement: [own] } }] })
    expect(statements).toEqual([
      { effect: 'Allow', actions: ['logs:PutLogEvents'], resources: ['*'] },
      { effect: 'Allow', actions: ['dynamodb:GetItem'], resources: [table] },
    ])
  })

  it('allow only what a statement names', () => {
    const statements = statementsOf({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table })
    expect(isAllowed(statements, 'dynamodb:GetItem', table)).toBe(true)
    expect(isAllowed(statements, 'dynamodb:getitem', table)).toBe(true)
    expect(isAllowed(statements, 'dynamodb:PutItem', table)).toBe(false)
    expect(isAllowed(statements, 'dynamodb:GetItem', `${table}2`)).toBe(false)
    expect(isAllowed([], 'dynamodb:GetItem', table)).toBe(false)
  })

  it('support both wildcards, in actions and in resources', () => {
    const statements = statementsOf({
      Effect: 'Allow',
      Action: 'dynamodb:Batch*',
      Resource: `${table.slice(0, -5)}R????`,
    })
    expect(isAllowed(statements, 'dynamodb:BatchGetItem', table)).toBe(true)
    expect(isAllowed(statements, 'dynamodb:GetItem', table)).toBe(false)
    expect(isAllowed(statements, 'dynamodb:BatchGetItem', `${table}s`)).toBe(false)
  })

  it('deny what one statement denies, even if others allow it', () => {
    const statements = [
      ...statementsOf({ Effect: 'Allow', Action: '*', Resource: '*' }),
      ...statementsOf({ Effect: 'Deny', Action: 'dynamodb:DeleteItem', Resource: table }),
    ]
    expect(isAllowed(statements, 'dynamodb:DeleteItem', table)).toBe(false)
    expect(isAllowed(statements, 'dynamodb:GetItem', table)).toBe(true)
  })

  it('are refused if the laptop cannot evaluate them', () => {
    const conditional = { Effect: 'Allow', Action: '*', Resource: '*', Condition: {} }
    expect(() => statementsOf(conditional)).toThrow('Condition')
    const plain = { Effect: 'Allow', Action: '*', Resource: '*' }
    const managed = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }
    expect(() => statementsOf(plain, managed)).toThrow('AdministratorAccess')
  })
})
