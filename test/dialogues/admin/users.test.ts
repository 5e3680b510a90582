import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { tokenCommand } from '../../../cli/token/command.ts'
import { usersCommand } from '../../../cli/users/command.ts'
import { temporaryDirectory } from '../../local/temporary.ts'
import { adminJson, runAdmin } from '../../support/admin.ts'

const dataDir = inject('dataDir')
const users = (...args: readonly string[]) => adminJson(dataDir, usersCommand(), ...args)

/** A file with these rows, as an operator writes it. */
function usersFile(...rows: readonly object[]): string {
  const file = join(temporaryDirectory(), 'users.json')
  writeFileSync(file, JSON.stringify(rows))
  return file
}

const aRow = () => ({ id: randomUUID(), firstname: 'Ada', lastname: 'Test', email: '', role: 'admin' })

describe('the commands for users with --json', () => {
  it('[OPS-9] "import" prints one document, and fails if it leaves out a row', async () => {
    const row = aRow()
    expect(await users('import', usersFile(row))).toEqual({ imported: 1, refused: [], closed: {} })
    const file = usersFile(row, { ...aRow(), role: 7 })
    const { lines, errors, code } = await runAdmin(dataDir, usersCommand(), 'import', file, '--json')
    expect({ lines: lines.map((line) => JSON.parse(line)), code }).toEqual({
      lines: [{ imported: 1, refused: [], closed: {} }],
      code: 1,
    })
    expect(errors).toHaveLength(1)
  })

  it('"list" prints one document for each user, and exits with 0', async () => {
    const row = aRow()
    await users('import', usersFile(row))
    const { lines, code } = await runAdmin(dataDir, usersCommand(), 'list', '--json')
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining({ id: row.id }))
    expect(code).toBe(0)
  })

  it('"sign-out" and "remove" print one document, and fail for a user who does not exist', async () => {
    const { id, ...rest } = aRow()
    await users('import', usersFile({ id, ...rest }))
    expect(await users('sign-out', id)).toEqual({ closed: 0 })
    expect(await users('remove', id)).toEqual({ removed: true, closed: 0 })
    for (const action of ['sign-out', 'remove']) {
      const { lines, errors, code } = await runAdmin(dataDir, usersCommand(), action, id, '--json')
      expect({ lines, errors, code }).toEqual({ lines: [], errors: [`There is no user ${id}.`], code: 1 })
    }
  })

  it('"token" prints one document, and a note on standard error if the token is refused', async () => {
    const { id, ...rest } = aRow()
    const { lines, errors, code } = await runAdmin(dataDir, tokenCommand(), id, '--json')
    expect(JSON.parse(lines.join())).toEqual({ token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) })
    expect({ errors, code }).toEqual({ errors: [expect.stringContaining(`there is no user ${id}`)], code: 0 })
    await users('import', usersFile({ id, ...rest }))
    expect((await runAdmin(dataDir, tokenCommand(), id)).errors).toEqual([])
  })
})
