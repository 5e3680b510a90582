import { describe, expect, it } from 'vitest'
import { compareSettings } from '../../../cli/deploy/settings.ts'

const settings = { allowedOrigins: ['https://a.example'], memoryMegabytes: 1024, typing: true }

describe('a comparison of settings', () => {
  it('[OPS-25] is empty if nothing changes', () => {
    expect(compareSettings(settings, { ...settings })).toEqual({ changes: [], losses: [] })
  })

  it('[OPS-25] says in words what changes, also from and to nothing', () => {
    const after = {
      allowedOrigins: ['https://a.example', 'https://b.example'],
      typing: false,
      logLevel: 'INFO',
    }
    expect(compareSettings({ ...settings, allowedOrigins: [] }, after)).toEqual({
      changes: [
        'allowedOrigins: none → https://a.example, https://b.example',
        'memoryMegabytes: 1024 → not set',
        'typing: true → false',
        'logLevel: not set → INFO',
      ],
      losses: [],
    })
  })

  it('[OPS-25] finds an origin that is no longer allowed, but not one that moved in the list', () => {
    const before = { allowedOrigins: ['https://a.example', 'https://b.example'] }
    const moved = { allowedOrigins: ['https://b.example', 'https://a.example'] }
    expect(compareSettings(before, moved).losses).toEqual([])
    expect(compareSettings(before, { allowedOrigins: ['https://b.example'] }).losses).toEqual([
      'Pages of https://a.example could no longer use the chat.',
    ])
    expect(compareSettings(before, {}).losses).toHaveLength(1)
  })

  it.each([
    ['set', {}, { jwtSecretName: 'company/chat' }],
    ['changed', { jwtSecretName: 'company/chat' }, { jwtSecretName: 'company/other' }],
    ['removed', { jwtSecretName: 'company/chat' }, {}],
  ])('[OPS-25] finds that the secret is another one if its name is %s', (_, before, after) => {
    expect(compareSettings(before, after).losses).toEqual([
      'The tokens would be verified with another secret, so all that exist would be refused.',
    ])
  })

  it.each(['tokenAudience', 'tokenIssuer'])('[OPS-25] finds that %s is changed or forgotten', (name) => {
    expect(compareSettings({ [name]: 'chat' }, {}).losses[0]).toMatch(/would be accepted/)
    expect(compareSettings({ [name]: 'chat' }, { [name]: 'talk' }).losses[0]).toMatch(/would be refused/)
    // The operator has just typed it.
    expect(compareSettings({}, { [name]: 'chat' }).losses).toEqual([])
  })

  it.each([
    [0, 365, 'Messages older than 365 days would be removed for good.'],
    [365, 36, 'Messages older than 36 days would be removed for good.'],
    [undefined, 365, 'Messages older than 365 days would be removed for good.'],
    [365, 0, 'Old messages would no longer be removed.'],
    [365, 730, undefined],
    [undefined, 0, undefined],
  ])('[OPS-25] finds what a retention of %s days that becomes %s takes away', (before, after, loss) => {
    const settings = (retentionDays: number | undefined) =>
      retentionDays === undefined ? {} : { retentionDays }
    expect(compareSettings(settings(before), settings(after)).losses).toEqual(
      loss === undefined ? [] : [loss],
    )
  })

  it('[OPS-25] finds that the own domain is changed or forgotten', () => {
    const before = { domainName: 'chat.example.com' }
    expect(compareSettings(before, {}).losses).toEqual([
      'The chat would no longer be at https://chat.example.com.',
    ])
    expect(compareSettings({}, before).losses).toEqual([])
  })
})
