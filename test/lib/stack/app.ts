import { describe, expect, it } from 'vitest'
import { functionNames } from '../../../lib/permissions.ts'
import { SettingsError } from '../../../lib/settings.ts'
import { STACK_NAME } from '../../../lib/stack-name.ts'
import { defaultTemplate, synthesize } from './synthesize.ts'

const template = defaultTemplate

describe('The stack', () => {
  it('matches the reviewed snapshot', () => {
    const text = JSON.stringify(template.toJSON()).replaceAll(/[0-9a-f]{64}\.zip/g, '<code>.zip')
    expect(JSON.parse(text)).toMatchSnapshot()
  })

  it('outputs its URLs, tables, queue and secret under fixed names', () => {
    const [first, ...others] = Object.keys(template.findOutputs('*'))
    expect(first).toBe('SiteUrl')
    expect(others.toSorted()).toEqual([
      'CallbackUrl',
      'ConnectionsTable',
      'ConversationsTable',
      'DeadLettersUrl',
      'InvitationsTable',
      'JwtSecretArn',
      'LogSalt',
      'RestUrl',
      'TasksQueueUrl',
      'UsersTable',
      'WebSocketUrl',
    ])
  })

  it('[OPS-17] [OPS-14] passes the settings of the log to every function', () => {
    const set = synthesize({ settings: { logLevel: 'debug', metrics: true } })
    const logs = Object.values(set.findResources('AWS::Lambda::Function')).filter(
      ({ Properties }) => Properties.Environment?.Variables.LOG_SALT !== undefined,
    )
    expect(logs).toHaveLength(functionNames.length)
    for (const { Properties } of logs) {
      expect(Properties.LoggingConfig).toMatchObject({ ApplicationLogLevel: 'DEBUG' })
      expect(Properties.Environment.Variables.METRICS_NAMESPACE).toBe(STACK_NAME)
    }
  })

  it('outputs the claims that tokens must have, and passes them to the functions that verify tokens', () => {
    const set = synthesize({ settings: { tokenAudience: 'chat', tokenIssuer: 'https://site.example' } })
    set.hasOutput('TokenAudience', { Value: 'chat' })
    set.hasOutput('TokenIssuer', { Value: 'https://site.example' })
    const TOKEN_CLAIMS = JSON.stringify({ audience: 'chat', issuer: 'https://site.example' })
    set.resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { Environment: { Variables: { TOKEN_CLAIMS } } },
      2,
    )
    const unset = { Environment: { Variables: { TOKEN_CLAIMS: '{}' } } }
    template.resourcePropertiesCountIs('AWS::Lambda::Function', unset, 2)
  })

  it('[OPS-25] records its settings in the metadata, without those that have no value', () => {
    const { Metadata } = synthesize({ settings: { allowedOrigins: ['https://a.example'] } }).toJSON()
    expect(Metadata.Settings).toMatchObject({
      allowedOrigins: ['https://a.example'],
      deletionProtection: true,
    })
    expect(Metadata.Settings).not.toHaveProperty('jwtSecretName')
  })

  it('works in any account and Region', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/\b\d{12}\b|\b[a-z]{2}-[a-z]+-\d\b/)
  })
})

describe('The app', () => {
  it('reads settings from the context, which settings in code override', () => {
    const context = { logRetentionDays: '7', throttleRate: '3' }
    const changed = synthesize({ context, settings: { throttleRate: 4 } })
    changed.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 })
    changed.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 4 },
    })
  })

  it('throws for an invalid setting', () => {
    expect(() => synthesize({ context: { logRetentionDay: '7' } })).toThrow(SettingsError)
  })
})
