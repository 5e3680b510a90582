import { describe, expect, it } from 'vitest'
import { readSettings } from '../../lib/settings.ts'

describe('readSettings', () => {
  it('returns the default of every setting', () => {
    expect(readSettings({})).toEqual({
      allowedOrigins: [],
      logRetentionDays: 30,
      logLevel: 'info',
      metrics: false,
      throttleRate: 500,
      throttleBurst: 1000,
      framesPerSecond: 20,
      frameBurst: 200,
      messagesPerSecond: 10,
      messageBurst: 100,
      callsPerSecond: 50,
      callBurst: 500,
      connectionsPerAddress: 300,
      memoryMegabytes: 1024,
      invitationDays: 30,
      retentionDays: 0,
      typing: true,
      presence: true,
      accessLogs: false,
      waf: false,
      deletionProtection: true,
      dashboard: false,
    })
  })

  it('accepts strings from the command line and values from cdk.json alike', () => {
    const typed = {
      allowedOrigins: ['https://chat.example.com', 'http://localhost:3000'],
      logRetentionDays: 90,
      logLevel: 'debug' as const,
      metrics: true,
      jwtSecretName: 'company/chat',
      tokenAudience: 'chat',
      tokenIssuer: 'https://site.example',
      throttleRate: 10,
      throttleBurst: 20,
      framesPerSecond: 1,
      frameBurst: 2,
      messagesPerSecond: 3,
      messageBurst: 4,
      callsPerSecond: 5,
      callBurst: 6,
      connectionsPerAddress: 0,
      memoryMegabytes: 512,
      invitationDays: 7,
      retentionDays: 365,
      typing: false,
      presence: false,
      accessLogs: true,
      domainName: 'chat.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0f1e-2d',
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
      waf: true,
      deletionProtection: false,
      alarmEmail: 'operator@example.com',
      budgetUsd: 20,
      dashboard: true,
    }
    const strings = {
      allowedOrigins: 'https://chat.example.com, http://localhost:3000',
      logRetentionDays: '90',
      logLevel: 'debug',
      metrics: 'true',
      jwtSecretName: 'company/chat',
      tokenAudience: 'chat',
      tokenIssuer: 'https://site.example',
      throttleRate: '10',
      throttleBurst: '20',
      framesPerSecond: '1',
      frameBurst: '2',
      messagesPerSecond: '3',
      messageBurst: '4',
      callsPerSecond: '5',
      callBurst: '6',
      connectionsPerAddress: '0',
      memoryMegabytes: '512',
      invitationDays: '7',
      retentionDays: '365',
      typing: 'false',
      presence: 'false',
      accessLogs: 'true',
      domainName: 'chat.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0f1e-2d',
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
      waf: 'true',
      deletionProtection: 'false',
      alarmEmail: 'operator@example.com',
      budgetUsd: '20',
      dashboard: 'true',
    }
    expect(readSettings(typed)).toEqual(typed)
    expect(readSettings(strings)).toEqual(typed)
  })

  it('ignores the keys of the CDK', () => {
    const context = {
      'aws:cdk:enable-path-metadata': true,
      '@aws-cdk/core:explicitStackTags': true,
      'availability-zones:account=1:region=eu-west-3': ['a'],
    }
    expect(readSettings(context)).toEqual(readSettings({}))
  })

  it('accepts an empty list of origins, which allows no browser', () => {
    expect(readSettings({ allowedOrigins: '' }).allowedOrigins).toEqual([])
  })

  it('accepts origins of apps, and the word null', () => {
    const allowedOrigins = 'capacitor://localhost, tauri://localhost, null'
    expect(readSettings({ allowedOrigins }).allowedOrigins).toEqual(allowedOrigins.split(', '))
  })

  it.each([
    '*',
    'https://*.example.com',
    'https://chat.example.com/',
    'https://chat.example.com/chat',
    'https://chat.example.com:443',
    'https://Chat.example.com',
    'https://user@chat.example.com',
    'wss://chat.example.com',
    'chat.example.com',
    'capacitor://*',
    'capacitor://localhost/',
  ])('refuses %s, which is not an origin that a browser sends, or is a pattern', (origin) => {
    expect(() => readSettings({ allowedOrigins: origin })).toThrow(
      /allowedOrigins contains ".*", which is not/,
    )
  })

  it.each([
    [
      { logRetentionDays: '31' },
      'logRetentionDays must be a retention period that CloudWatch accepts: 1, 3, 5',
    ],
    [{ logLevel: 'INFO' }, 'logLevel must be one of debug, info, warn, error.'],
    [{ logLevel: 'warn', metrics: true }, 'metrics needs the logLevel info or debug.'],
    [{ logRetentionDays: 'forever' }, 'logRetentionDays must be a whole number from 1 to 3653.'],
    [{ logRetentionDays: 9999 }, 'logRetentionDays must be a whole number from 1 to 3653.'],
    [{ throttleRate: '0' }, 'throttleRate must be a whole number from 1 to 10000.'],
    [{ throttleBurst: '2.5' }, 'throttleBurst must be a whole number from 1 to 5000.'],
    [{ accessLogs: 'yes' }, 'accessLogs must be true or false.'],
    [{ deletionProtection: 0 }, 'deletionProtection must be true or false.'],
    [{ allowedOrigins: 5 }, 'allowedOrigins must be a list of origins or a comma-separated string.'],
    [{ allowedOrigins: [5] }, 'allowedOrigins must contain strings.'],
    [
      { jwtSecretName: 'arn:aws:secretsmanager:x' },
      'jwtSecretName must be the name of a secret, not its ARN',
    ],
    [{ tokenAudience: '' }, 'tokenAudience must be 1 to 255 visible ASCII characters without spaces.'],
    [{ tokenIssuer: 'a b' }, 'tokenIssuer must be 1 to 255 visible ASCII characters without spaces.'],
    [{ domainName: 'https://chat.example.com' }, 'domainName must be a domain in lower case'],
    [{ domainName: 'Chat.example.com' }, 'domainName must be a domain in lower case'],
    [{ domainName: 'chat.example.com' }, 'domainName needs certificateArn or hostedZoneId.'],
    [
      {
        domainName: 'chat.example.com',
        certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/0f1e-2d',
      },
      'certificateArn must be the ARN of a certificate in us-east-1.',
    ],
    [
      { certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0f1e-2d' },
      'certificateArn needs domainName.',
    ],
    [{ hostedZoneId: 'Z0123456789ABCDEFGHIJ' }, 'hostedZoneId needs domainName.'],
    [{ domainName: 'chat.example.com', hostedZoneId: 'example.com' }, 'hostedZoneId must be the id of a'],
    [{ waf: 'yes' }, 'waf must be true or false.'],
    [{ alarmEmail: 'me' }, 'alarmEmail must be one e-mail address, such as you@example.com.'],
    [{ budgetUsd: 20 }, 'budgetUsd needs alarmEmail.'],
    [{ acessLogs: 'true' }, 'acessLogs is not a setting; the settings are allowedOrigins, logRetentionDays,'],
  ])('refuses %j and says why', (context, sentence) => {
    expect(() => readSettings(context)).toThrow(sentence)
  })

  it('reports every problem at once, one line each', () => {
    const invalid = { stage: 'x', port: 1, throttleRate: 'fast', accessLogs: 'no', allowedOrigins: 'a,b' }
    const report = () => readSettings(invalid)
    expect(report).toThrow(/^The settings are not valid:(\n {2}- .+\.){6}$/)
  })
})
