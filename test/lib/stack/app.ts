import { describe, expect, it } from 'vitest'
import { SettingsError } from '../../../lib/settings.ts'
import { defaultTemplate, synthesize } from './synthesize.ts'

const template = defaultTemplate

describe('The stack', () => {
  it('is the one that was last looked at', () => {
    const text = JSON.stringify(template.toJSON()).replaceAll(/[0-9a-f]{64}\.zip/g, '<code>.zip')
    expect(JSON.parse(text)).toMatchSnapshot()
  })

  it('tells its addresses, tables, queue and secret under constant names', () => {
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

  it('fits any account and Region', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/\b\d{12}\b|[a-z]{2}-[a-z]+-\d\b/)
  })
})

describe('The app', () => {
  it('takes settings from the context, and those given in code before them', () => {
    const context = { logRetentionDays: '7', throttleRate: '3' }
    const changed = synthesize({ context, settings: { throttleRate: 4 } })
    changed.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 })
    changed.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 4 },
    })
  })

  it('refuses to be made from a wrong setting', () => {
    expect(() => synthesize({ context: { logRetentionDay: '7' } })).toThrow(SettingsError)
  })
})
