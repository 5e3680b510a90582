import { describe, expect, it } from 'vitest'
import { placeAtRandom } from '../../local/aws/dynamodb/placement.ts'
import { banner } from '../../local/banner.ts'
import { signToken } from '../../local/tokens.ts'

const user = (id: string, role = 'admin') => ({ id, firstname: id, lastname: 'Test', email: id, role })
const print = (...users: readonly ReturnType<typeof user>[]) => printWith([], ...users)
const printWith = (removedIds: readonly string[], ...users: readonly ReturnType<typeof user>[]) =>
  bannerOf({ removedIds, users })
const bannerOf = (runtime: Partial<Parameters<typeof banner>[0]>, dataDir = '/data') =>
  banner(
    {
      url: 'http://localhost:5000',
      socketUrl: 'ws://localhost:5000/ws/chat',
      token: (id, hours) => signToken('x'.repeat(32), id, hours),
      users: [user('ada')],
      removedIds: [],
      databaseExposure: undefined,
      ...runtime,
    },
    dataDir,
  )

describe('the banner', () => {
  it('prints a token for the first admin', () => {
    const lines = print(user('bob', 'member'), user('zoe'), user('ada')).split('\n')
    const title = lines.findIndex((line) => line.includes('for zoe, valid for 24 hours'))
    const [, payload = ''] = lines[title + 1]?.split('.') ?? []
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ user_id: 'zoe' })
  })

  it('names the users whose role has no effect, in one sentence', () => {
    const text = print(user('ada'), user('bob', 'member'), user('cyd', 'Admin'))
    expect(text).toContain(
      'bob (role "member"), cyd (role "Admin") may not chat, because only the role "admin" may.',
    )
    expect(print(user('ada'))).not.toContain('may not chat')
  })

  it('prints no token when no user may chat, and says why', () => {
    const text = print(user('bob', 'member'))
    expect(text).toContain('none may chat: a user needs the role "admin"')
    expect(text).not.toContain('Token')
  })

  it('[LOCAL-1] says that others can read the database, if the system cannot isolate it', async () => {
    const { exposure = '' } = await placeAtRandom()
    expect(exposure).toContain('Other users of this machine')
    expect(bannerOf({ databaseExposure: exposure })).toContain(exposure)
    expect(bannerOf({})).not.toContain('Other users')
  })

  it('prints no control character of the path of the data', () => {
    expect(bannerOf({}, '/data/\u001b[2J')).toContain('/data/\\u{1b}[2J')
  })

  it('prints no control character of a stored user to the terminal', () => {
    const text = print(user('a\u001b[2Jb'), user('c\u009bd', 'e\u202ef'))
    expect(text).toContain('a\\u{1b}[2Jb')
    expect(text).toContain('c\\u{9b}d (role "e\\u{202e}f")')
  })

  it('[AUTH-13] names the users of the file who were removed before, in one line', () => {
    const [line] = printWith(['bob', 'cyd'], user('ada'))
      .split('\n')
      .filter((text) => text.includes('bob'))
    expect(line).toContain('Not imported, because they were removed before: bob, cyd')
    expect(line).toContain('--reuse')
    expect(print(user('ada'))).not.toContain('Not imported')
  })

  it('shortens long lists', () => {
    const admins = Array.from({ length: 9 }, (_, index) => user(`admin${index}`))
    expect(print(...admins)).toContain('admin5 and 3 more')
  })
})
