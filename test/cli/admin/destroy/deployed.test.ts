import { beforeEach, describe, expect, it, vi } from 'vitest'
import { deployedLines } from '../../../../cli/admin/destroy/lines.ts'
import { anAccount } from './an-account.ts'

const USERS = 'AdminChat-TablesUsers6E3F7E8B-1ABCDEF2GHIJK'
const EARLIER = 'AdminChat-TablesUsers6E3F7E8B-ZZZZEARLIER1'
const RESTORED = `${USERS}-restored`
const SECRET = 'TokenSecretSecret5C2A9B10-aBcDeF'
const LOG = 'AdminChat-FunctionsRestLog0A1B2C3D-Xy12Zw34Ab56'
const UPLOADS = '/aws/lambda/AdminChat-CustomS3AutoDeleteObjectsCustomResourceProv-aBcD1234'
const BUCKET = 'adminchat-sitefilesbucket0a1b2c3d-x1y2z3a4b5c6'

/** An account with a deployed chat, what an earlier stack has left, and things that belong to others. */
function aDeployedChat() {
  const account = anAccount()
  const { state } = account
  state.stacks.set('AdminChat', { status: 'UPDATE_COMPLETE' })
  state.edgeStacks.set('AdminChatEdge', { status: 'CREATE_COMPLETE' })
  for (const name of [USERS, EARLIER, RESTORED]) state.tables.set(name, { isProtected: name === USERS })
  state.secrets.set(SECRET, 'AdminChat')
  for (const name of [LOG, UPLOADS]) state.logGroups.add(name)
  state.buckets.set(BUCKET, ['index.html', 'assets/a.js'])
  const others = {
    tables: [
      'AdminChat-Test-TablesUsers6E3F7E8B-1ABCDEF2GHIJK',
      'AdminChat-TablesOfMine-backup',
      'AdminChat',
    ],
    logGroups: [
      'AdminChat-Test-FunctionsRestLog0A1B2C3D-Xy12Zw34Ab56',
      '/aws/lambda/AdminChat-Test-Custom-aBcD1234',
    ],
    buckets: ['adminchat-sitefilesbucket', 'adminchat-test-sitefilesbucket0a1b2c3d-x1y2z3a4b5c6'],
  }
  for (const name of others.tables) state.tables.set(name, { isProtected: true })
  for (const name of others.logGroups) state.logGroups.add(name)
  for (const name of others.buckets) state.buckets.set(name, ['theirs'])
  state.secrets.set('TokenSecretSecret5C2A9B10-Test', 'AdminChat-Test')
  return { ...account, others }
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  return () => vi.restoreAllMocks()
})

describe('destroy --everything', () => {
  it('[OPS-29] deletes the stacks, and then all that remains of them and of earlier ones', async () => {
    const { state, destroy } = aDeployedChat()
    const { left, deleted } = await destroy()
    expect(left).toEqual([])
    expect(deleted).toContain(`table ${EARLIER}`)
    expect(state.deleted.slice(0, 2)).toEqual(['AdminChat', 'AdminChatEdge'])
    expect(state.deleted.slice(2).toSorted()).toEqual(
      [USERS, EARLIER, RESTORED, SECRET, LOG, UPLOADS, BUCKET].toSorted(),
    )
  })

  it('[OPS-29] touches nothing of stacks with similar names', async () => {
    const { state, destroy, others } = aDeployedChat()
    await destroy()
    expect([...state.tables.keys()]).toEqual(others.tables)
    expect([...state.logGroups]).toEqual(others.logGroups)
    expect([...state.buckets.keys()]).toEqual(others.buckets)
    expect([...state.secrets.values()]).toEqual(['AdminChat-Test'])
  })

  it('[OPS-29] asks twice, and deletes nothing unless both answers are the name', async () => {
    const { state, destroy, asked } = aDeployedChat()
    await expect(destroy({}, ['AdminChat', 'adminchat'])).rejects.toThrow(/Nothing was deleted/)
    expect(asked).toHaveLength(2)
    expect(state.deleted).toEqual([])
  })

  it('[OPS-29] takes the name from --yes, which must be right', async () => {
    const { state, destroy, asked } = aDeployedChat()
    await expect(destroy({ yes: 'Other' })).rejects.toThrow(/"Other" is not AdminChat/)
    expect(state.deleted).toEqual([])
    expect((await destroy({ yes: 'AdminChat' })).left).toEqual([])
    expect(asked).toEqual([])
  })

  it('[OPS-29] can be repeated after a failure', async () => {
    const { state, destroy } = aDeployedChat()
    state.failure = RESTORED
    await expect(destroy({ yes: 'AdminChat' })).rejects.toThrow('no connection')
    expect(state.stacks.has('AdminChat')).toBe(false)
    expect(state.tables.has(RESTORED)).toBe(true)
    expect((await destroy({ yes: 'AdminChat' })).left).toEqual([])
  })

  it('[OPS-29] fails if something is still there', async () => {
    const { destroy, chat } = aDeployedChat()
    const stubborn = {
      kind: 'thing',
      name: 'x',
      detail: '',
      dollarsPerMonth: 0,
      remove: async () => undefined,
    }
    const places = [{ lookedFor: 'things', find: async () => [stubborn] }]
    Object.assign(chat, { places })
    await expect(destroy()).rejects.toThrow('These are still there: thing x.')
  })

  it('[OPS-29] lists what it looked for, and asks nothing if nothing is there', async () => {
    const { destroy, asked, chat } = anAccount()
    const result = await destroy()
    expect(asked).toEqual([])
    const lines = deployedLines(chat, { everything: true, yes: undefined }, result)
    expect(lines[0]).toBe('Nothing of AdminChat is left in eu-west-1. Looked for:')
    expect(lines).toContain('  the stack AdminChatEdge in us-east-1: none')
    expect(lines).toContain('  tables named AdminChat-Tables…: none')
  })

  it('deletes what CloudFormation could not delete, if it knows how', async () => {
    const { state, destroy } = aDeployedChat()
    state.stacks.set('AdminChat', {
      status: 'CREATE_COMPLETE',
      failing: { SiteFilesBucket: 'AWS::S3::Bucket' },
    })
    expect((await destroy()).left).toEqual([])
    expect(state.deleted).toContain(BUCKET)
  })

  it('says what CloudFormation could not delete otherwise', async () => {
    const { state, destroy } = aDeployedChat()
    state.stacks.set('AdminChat', {
      status: 'CREATE_COMPLETE',
      failing: { SiteDistribution: 'AWS::CloudFront::Distribution' },
    })
    await expect(destroy()).rejects.toThrow(
      /SiteDistribution: it is in use\nFix the causes, then run the command again/,
    )
    expect(state.tables.has(USERS)).toBe(true)
  })

  it('says how to delete a stack that is protected', async () => {
    const { state, destroy } = aDeployedChat()
    state.stacks.set('AdminChat', { status: 'CREATE_COMPLETE', isProtected: true })
    await expect(destroy()).rejects.toThrow(/--no-enable-termination-protection --stack-name AdminChat/)
  })

  it("deletes backups, and says until when DynamoDB's own remain", async () => {
    const { state, destroy, chat } = aDeployedChat()
    const BackupExpiryDateTime = new Date('2027-01-02T03:04:05Z')
    state.backups = [
      { BackupArn: '1', BackupName: 'mine', TableName: USERS, BackupType: 'USER' },
      {
        BackupArn: '2',
        BackupName: `${USERS}$DeletedTableBackup`,
        TableName: USERS,
        BackupType: 'SYSTEM',
        BackupExpiryDateTime,
      },
      {
        BackupArn: '3',
        BackupName: 'theirs',
        TableName: 'AdminChat-Test-TablesUsers6E3F7E8B-1ABCDEF2GHIJK',
        BackupType: 'USER',
      },
    ]
    const result = await destroy()
    expect(state.backups.map(({ BackupArn }) => BackupArn)).toEqual(['2', '3'])
    const lines = deployedLines(chat, { everything: true, yes: undefined }, result)
    expect(lines).toContain(`  backup ${USERS}$DeletedTableBackup: DynamoDB deletes it on 2027-01-02`)
  })
})

describe('destroy without --everything', () => {
  it('[OPS-29] deletes the stacks, and lists what is left and what that costs', async () => {
    const { state, destroy, chat } = aDeployedChat()
    const request = { everything: false, yes: undefined }
    const result = await destroy(request)
    expect(state.deleted).toEqual(['AdminChat', 'AdminChatEdge'])
    const lines = deployedLines(chat, request, result)
    // Three tables of 2 GB at 0.45 dollars, and a secret.
    expect(lines).toContain('What is left costs about $3.10 a month:')
    expect(lines).toContain(`  table ${USERS}: about 12 rows, 2000.0 MB`)
    expect(lines.at(-1)).toBe('To delete it: npm run admin -- destroy --everything --stack AdminChat')
  })
})
