import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { damageOf } from '../../../../local/aws/dynamodb/damage.ts'
import { databaseFile, startEngine } from '../../../../local/aws/dynamodb/engine.ts'
import { packagedEngine } from '../../../../local/aws/dynamodb/engine-choice.ts'
import { StartError } from '../../../../local/start-error.ts'
import { temporaryDirectory } from '../../temporary.ts'

describe('a damaged database', () => {
  it.each([
    ['Database file is encrypted or not a valid SQLite database', 'is not a database'],
    ['Internal error: database disk image is malformed', 'is damaged'],
    ['unable to open database file', 'cannot be opened'],
  ])('is recognized by "%s"', (message, problem) => {
    expect(damageOf('/data/x', new Error(message))?.message).toContain(
      `The database file /data/x ${problem}.`,
    )
  })

  it('is not confused with other errors', () => {
    expect(damageOf('/data/x', new Error('ThrottlingException'))).toBeUndefined()
  })

  it.runIf(packagedEngine())('fails the start with a sentence that names the file', async () => {
    const dataDir = temporaryDirectory()
    writeFileSync(databaseFile(dataDir), 'This is not a database. '.repeat(100))
    const starting = startEngine(packagedEngine() ?? '', dataDir)
    await expect(starting).rejects.toThrow(StartError)
    await expect(starting).rejects.toThrow(`The database file ${databaseFile(dataDir)} is not a database.`)
  })
})
