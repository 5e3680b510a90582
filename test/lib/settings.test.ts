import { describe, expect, it } from 'vitest'
import { readSettings } from '../../lib/settings.ts'

describe('The settings', () => {
  it('have a default each', () => {
    expect(readSettings({})).toEqual({
      allowedOrigins: [],
      logRetentionDays: 30,
      throttleRate: 500,
      throttleBurst: 1000,
      framesPerSecond: 20,
      frameBurst: 200,
      messagesPerSecond: 10,
      messageBurst: 100,
      connectionsPerAddress: 300,
      typing: true,
      presence: true,
      accessLogs: false,
      deletionProtection: true,
    })
  })

  it('mean the same as strings of the command line and as values of cdk.json', () => {
    const typed = {
      allowedOrigins: ['https://chat.example.com', 'http://localhost:3000'],
      logRetentionDays: 90,
      jwtSecretName: 'company/chat',
      throttleRate: 10,
      throttleBurst: 20,
      framesPerSecond: 1,
      frameBurst: 2,
      messagesPerSecond: 3,
      messageBurst: 4,
      connectionsPerAddress: 0,
      typing: false,
      presence: false,
      accessLogs: true,
      deletionProtection: false,
    }
    const strings = {
      allowedOrigins: 'https://chat.example.com, http://localhost:3000',
      logRetentionDays: '90',
      jwtSecretName: 'company/chat',
      throttleRate: '10',
      throttleBurst: '20',
      framesPerSecond: '1',
      frameBurst: '2',
      messagesPerSecond: '3',
      messageBurst: '4',
      connectionsPerAddress: '0',
      typing: 'false',
      presence: 'false',
      accessLogs: 'true',
      deletionProtection: 'false',
    }
    expect(readSettings(typed)).toEqual(typed)
    expect(readSettings(strings)).toEqual(typed)
  })

  it('leave the keys of CDK alone', () => {
    const context = {
      'aws:cdk:enable-path-metadata': true,
      '@aws-cdk/core:explicitStackTags': true,
      'availability-zones:account=1:region=eu-west-3': ['a'],
    }
    expect(readSettings(context)).toEqual(readSettings({}))
  })

  it('allow no browser when the list of origins is empty', () => {
    expect(readSettings({ allowedOrigins: '' }).allowedOrigins).toEqual([])
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
    'null',
  ])('refuse %s, which no browser would send as its origin or which names more than one', (origin) => {
    expect(() => readSettings({ allowedOrigins: origin })).toThrow(/allowedOrigins holds ".*", which is not/)
  })

  it.each([
    [{ logRetentionDays: '31' }, 'logRetentionDays must be a period that CloudWatch accepts, one of 1, 3, 5'],
    [{ logRetentionDays: 'for ever' }, 'logRetentionDays must be a whole number from 1 to 3653.'],
    [{ logRetentionDays: 9999 }, 'logRetentionDays must be a whole number from 1 to 3653.'],
    [{ throttleRate: '0' }, 'throttleRate must be a whole number from 1 to 10000.'],
    [{ throttleBurst: '2.5' }, 'throttleBurst must be a whole number from 1 to 5000.'],
    [{ accessLogs: 'yes' }, 'accessLogs must be true or false.'],
    [{ deletionProtection: 0 }, 'deletionProtection must be true or false.'],
    [{ allowedOrigins: 5 }, 'allowedOrigins must be a list of origins or a string with commas between them.'],
    [{ allowedOrigins: [5] }, 'allowedOrigins must hold origins as strings.'],
    [
      { jwtSecretName: 'arn:aws:secretsmanager:x' },
      'jwtSecretName must be the name of a secret, not its ARN',
    ],
    [{ acessLogs: 'true' }, 'acessLogs is not a setting; there are allowedOrigins, logRetentionDays,'],
  ])('refuse %j and say why', (context, sentence) => {
    expect(() => readSettings(context)).toThrow(sentence)
  })

  it('report every fault at once, one line each', () => {
    const faulty = { stage: 'x', port: 1, throttleRate: 'fast', accessLogs: 'no', allowedOrigins: 'a,b' }
    const report = () => readSettings(faulty)
    expect(report).toThrow(/^The settings are not valid:(\n {2}- .+\.){6}$/)
  })
})
