import { describe, expect, it } from 'vitest'
import { SettingsError } from '../../../lib/settings.ts'
import { defaultTemplate, synthesize } from './synthesize.ts'

const template = defaultTemplate

describe('The stack', () => {
  it('matches the reviewed snapshot', () => {
    const text = JSON.stringify(template.toJSON()).replaceAll(/[0-9a-f]{64}\.zip/g, '<code>.zip')
    expect(JSON.parse(text)).toMatchSnapshot()
  })

  it('outputs its URLs, tables, queue and secret under fixed names', () => {
    expect(Object.keys(template.findOutputs('*')).toSorted()).toEqual([
      'CallbackUrl',
      'ConnectionsTable',
      'ConversationsTable',
      'InvitationsTable',
      'JwtSecretArn',
      'RestUrl',
      'TasksQueueUrl',
      'UsersTable',
      'WebSocketUrl',
    ])
  })

  it('works in any account and Region', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/\b\d{12}\b|[a-z]{2}-[a-z]+-\d\b/)
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
