import { describe, expect, it } from 'vitest'
import { type FunctionName, functionNames, permissions, type TableName } from '../../../lib/permissions.ts'
import { defaultTemplate, logicalId, resourcesOf } from './synthesize.ts'

const template = defaultTemplate
const FUNCTION = 'AWS::Lambda::Function'
const titles = { lifecycle: 'Lifecycle', frames: 'Frames', rest: 'Rest', worker: 'Worker' } as const

const fn = (name: FunctionName) => {
  const id = logicalId(template, FUNCTION, `Functions${titles[name]}`)
  return resourcesOf(template, FUNCTION)[id]?.Properties
}

interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
}
const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T])

/** Returns all policy statements of a function's role. */
const statements = (name: FunctionName): Statement[] => {
  const role = fn(name).Role['Fn::GetAtt'][0]
  return Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some((attached: { Ref: string }) => attached.Ref === role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
}

/** Returns a function's permissions as readable lines, such as `dynamodb:GetItem TablesUsers`. */
const granted = (name: FunctionName): string[] =>
  statements(name)
    .flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((resource) => `${action} ${readable(resource)}`)),
    )
    .toSorted()

function readable(resource: unknown): string {
  const text = JSON.stringify(resource)
  const path = /"(\/prod\/.*)"/.exec(text)?.[1]
  if (path !== undefined) return path
  return text.replace(/^.*?"((?:Tables|Functions|TokenSecret|Tasks)[A-Za-z]*?)[0-9A-F]{8}".*$/, '$1')
}

const tableIds: Readonly<Record<TableName, string>> = {
  connections: 'TablesConnections',
  conversations: 'TablesConversations',
  invitations: 'TablesInvitations',
  users: 'TablesUsers',
}

describe.each(functionNames)('The function %s', (name) => {
  it('runs Node 24 on arm64 with the memory for its callers, and times out before API Gateway does if that waits for it', () => {
    expect(fn(name)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: name === 'frames' || name === 'rest' ? 1024 : 512,
      Timeout: name === 'worker' ? 30 : 10,
    })
  })

  it('[OPS-14] logs in JSON: its own lines from the level of the setting, and those of Lambda about failures', () => {
    expect(fn(name).LoggingConfig).toMatchObject({
      LogFormat: 'JSON',
      ApplicationLogLevel: 'INFO',
      SystemLogLevel: 'WARN',
    })
    expect(fn(name).Environment.Variables.LOG_SALT).toEqual({ Ref: 'AWS::StackId' })
  })

  it('[OPS-5] reserves no concurrency, because a new account may have none to reserve', () => {
    expect(fn(name)).not.toHaveProperty('ReservedConcurrentExecutions')
  })

  it('[OPS-4] may do exactly what lib/permissions.ts lists, and write its own log', () => {
    const { tables, tokenSecret, openConnections, tasks } = permissions[name]
    const log = `Functions${titles[name]}Log`
    const expected = [
      `logs:CreateLogStream ${log}`,
      `logs:PutLogEvents ${log}`,
      ...Object.entries(tables).flatMap(([table, actions]) =>
        actions.map((action) => `dynamodb:${action} ${tableIds[table as TableName]}`),
      ),
      ...(tokenSecret ? ['secretsmanager:GetSecretValue TokenSecret'] : []),
      ...openConnections.map((method) => `execute-api:ManageConnections /prod/${method}/@connections/*`),
      ...tasks.map((action) => `sqs:${action} TasksQueue`),
    ]
    expect(granted(name)).toEqual(expected.toSorted())
  })

  it('has no wildcard except for connections, which cannot be named otherwise', () => {
    for (const { Effect, Action, Resource } of statements(name)) {
      expect(Effect).toBe('Allow')
      expect(list(Action).join()).not.toContain('*')
      const text = JSON.stringify(Resource)
      if (!text.includes('/@connections/*')) expect(text).not.toContain('*')
    }
  })

  it('has the names of the resources it may use in its environment, and no others', () => {
    const { tables, tokenSecret, openConnections, tasks } = permissions[name]
    const variables = [
      'LOG_SALT',
      ...Object.keys(tables).map((table) => `${table.toUpperCase()}_TABLE`),
      ...(tokenSecret ? ['JWT_SECRET_ARN'] : []),
      ...(openConnections.length > 0 ? ['AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI'] : []),
      ...(tasks.includes('SendMessage') ? ['TASKS_QUEUE_URL'] : []),
      ...(name === 'lifecycle' ? ['CONNECTIONS_PER_ADDRESS'] : ['FEATURES', 'RATES', 'RETENTION_DAYS']),
      ...(name === 'lifecycle' || name === 'rest' ? ['ALLOWED_ORIGINS', 'SITE_ONLY', 'SITE_SECRET'] : []),
      ...(name === 'frames' || name === 'rest' ? ['TOKEN_CLAIMS'] : []),
      ...(name === 'rest' || name === 'worker' ? ['INVITATION_DAYS'] : []),
    ]
    expect(Object.keys(fn(name).Environment.Variables).toSorted()).toEqual(variables.toSorted())
  })

  it('writes to its own log, with the configured retention', () => {
    const id = fn(name).LoggingConfig.LogGroup.Ref
    expect(id).toContain(titles[name])
    expect(resourcesOf(template, 'AWS::Logs::LogGroup')[id]?.Properties).toMatchObject({
      RetentionInDays: 30,
    })
  })
})

describe('The roles', () => {
  it('are one per function and carry no managed policy', () => {
    const ids = functionNames.map((name): string => fn(name).Role['Fn::GetAtt'][0])
    expect(new Set(ids).size).toBe(functionNames.length)
    const roles = resourcesOf(template, 'AWS::IAM::Role')
    for (const id of ids) expect(roles[id]?.Properties).not.toHaveProperty('ManagedPolicyArns')
  })

  it('[OPS-4] let the function that serves unauthenticated callers only write connections', () => {
    const text = granted('lifecycle').join()
    expect(text).not.toMatch(/secretsmanager|execute-api|Tables(?!Connections)|Get|Query/)
  })

  it('keep the secret from the worker, which acts for no user', () => {
    expect(granted('worker').join()).not.toContain('secretsmanager')
  })

  it('let the worker read users, whose names its pushes contain, and change none', () => {
    expect(granted('worker').filter((grant) => grant.endsWith('TablesUsers'))).toEqual([
      'dynamodb:BatchGetItem TablesUsers',
      'dynamodb:GetItem TablesUsers',
      'dynamodb:Query TablesUsers',
    ])
  })

  it('[OPS-4] allow no function to scan a table or to read one that it does not need', () => {
    expect(functionNames.flatMap(granted).join()).not.toMatch(/Scan|PartiQL|DeleteTable/)
    expect(granted('frames').join()).not.toContain('TablesInvitations')
  })
})
