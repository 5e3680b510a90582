import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../../local/settings.ts'
import { StartError } from '../../local/start-error.ts'
import { temporaryDirectory } from './temporary.ts'

const ada = { id: 'ada', firstname: 'Ada', lastname: 'Lovelace', email: 'ada@example.com', role: 'admin' }

function usersFile(content: unknown): string {
  const file = join(temporaryDirectory(), 'users.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

/** The sentences that an environment is refused with. */
function problems(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env)
    return []
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    return error.message.split('\n')
  }
}

describe('The settings of the laptop', () => {
  it('have defaults, with demo users of whom one is not an admin', () => {
    const settings = readSettings({})
    expect(settings).toMatchObject({
      port: 5000,
      demo: true,
      jwtSecret: undefined,
      databaseEndpoint: undefined,
    })
    expect(settings.settings).toEqual({})
    expect(settings.dataDir).toMatch(/[\\/]\.data$/)
    expect(settings.users.filter(({ role }) => role === 'admin').length).toBeGreaterThan(1)
    expect(settings.users.filter(({ role }) => role !== 'admin')).toHaveLength(1)
  })

  it('come from the environment', () => {
    const settings = readSettings({
      PORT: '0',
      DATA_DIR: '/data',
      JWT_SECRET: 'x'.repeat(32),
      TOKEN_AUDIENCE: 'chat',
      LOG_LEVEL: 'debug',
      USERS_FILE: usersFile([ada]),
      ALLOWED_ORIGINS: 'https://a.example, http://localhost:3000',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000',
      LAMBDA_CONCURRENCY: '10',
    })
    expect(settings).toEqual({
      port: 0,
      dataDir: '/data',
      jwtSecret: 'x'.repeat(32),
      users: [ada],
      leftOut: [],
      demo: false,
      allowedOrigins: ['https://a.example', 'http://localhost:3000'],
      databaseEndpoint: 'http://127.0.0.1:8000',
      concurrency: 10,
      settings: { tokenAudience: 'chat', logLevel: 'debug' },
    })
  })

  it('report all problems together, each with the name of its variable', () => {
    const sentences = problems({
      PORT: '65536',
      JWT_SECRET: 'short',
      TOKEN_ISSUER: 'my site',
      USERS_FILE: '/nowhere.json',
      ALLOWED_ORIGINS: 'https://a.example/path',
      AWS_ENDPOINT_URL_DYNAMODB: 'localhost:8000',
    })
    const named = [
      'TOKEN_ISSUER',
      'PORT',
      'JWT_SECRET',
      'USERS_FILE',
      'ALLOWED_ORIGINS',
      'AWS_ENDPOINT_URL_DYNAMODB',
    ]
    expect(sentences.map((sentence) => sentence.split(/[ :]/)[0])).toEqual(named)
  })

  it.each([' 1', '-1', '1e3', '0x10', 'http'])('do not accept %j as a port', (PORT) => {
    expect(problems({ PORT })).toHaveLength(1)
  })

  it.each(['-1', '1.5', 'ten', ' 1', '36501'])('do not accept %j as a number of days', (RETENTION_DAYS) => {
    expect(problems({ RETENTION_DAYS })).toHaveLength(1)
  })

  it('pass the days after which messages are removed to the stack', () => {
    expect(readSettings({ RETENTION_DAYS: '30' }).settings).toEqual({ retentionDays: 30 })
  })

  it.each(['0', '-1', '1.5', 'ten', ' 1'])(
    '[OPS-8] do not accept %j as a concurrency',
    (LAMBDA_CONCURRENCY) => {
      expect(problems({ LAMBDA_CONCURRENCY })).toHaveLength(1)
    },
  )

  it('count the secret in bytes', () => {
    expect(problems({ JWT_SECRET: 'é'.repeat(16) })).toEqual([])
    expect(problems({ JWT_SECRET: 'e'.repeat(31) })).toHaveLength(1)
  })

  it.each([
    ['{', 'JSON'],
    [{ ada }, 'not a list'],
    [[{ ...ada, id: 'a b' }, null], 'user 2 is left out: it must be an object'],
  ])('[OPS-9] refuse the users file %j', (content, hint) => {
    expect(problems({ USERS_FILE: usersFile(content) }).join()).toContain(hint)
  })

  it.each([
    [{ ...ada, id: 'a b' }, 'user 2 ("a b") is left out: id must be 1 to 254 of'],
    [{ ...ada, id: 'bob', email: undefined }, 'user 2 ("bob") is left out: email is required.'],
    [
      { ...ada, id: 'bob', firstname: 'B\u001b[2J' },
      'user 2 ("bob") is left out: firstname must be one line',
    ],
    [{ ...ada, id: 'bob', lastname: 'x'.repeat(300) }, 'lastname is over 254 characters'],
    [{ ...ada, id: 'bob', role: '' }, 'role must not be empty'],
    [ada, 'user 2 ("ada") is left out: id is listed twice.'],
    ['bob', 'user 2 is left out: it must be an object.'],
  ])('[OPS-9] name the invalid user %j of a users file, and keep the others', (row, sentence) => {
    const irish = { ...ada, id: "o'brien@example.com" }
    const { users, leftOut } = readSettings({ USERS_FILE: usersFile([ada, row, irish]) })
    expect(users).toEqual([ada, irish])
    expect(leftOut).toHaveLength(1)
    expect(leftOut[0]).toContain(sentence)
  })

  it('take an empty variable as unset', () => {
    expect(readSettings({ PORT: '', JWT_SECRET: '', ALLOWED_ORIGINS: '', FAULTS: '' })).toEqual(
      readSettings({}),
    )
  })

  it('[CONN-1] accept origins of apps, and the word null', () => {
    expect(readSettings({ ALLOWED_ORIGINS: 'capacitor://localhost, null' }).allowedOrigins).toEqual([
      'capacitor://localhost',
      'null',
    ])
  })

  it.each(['*', 'http://localhost:*', 'http://localhost:5173/', 'capacitor://*'])(
    'do not accept %s as an origin, because origins that are set are matched exactly',
    (origin) => {
      expect(problems({ ALLOWED_ORIGINS: origin }).join()).toContain('not an exact origin')
    },
  )
})
