import { StartError } from '../../start-error.ts'

/**
 * The messages of SQLite, passed on by the engine, about a file that is not a database, a file with broken pages, and a
 * file that it cannot open.
 */
const damages: readonly (readonly [RegExp, string])[] = [
  [/not a (valid SQLite )?database/i, 'is not a database'],
  [/malformed|corrupt/i, 'is damaged'],
  [/unable to open|readonly database|disk I\/O error/i, 'cannot be opened'],
]

/** Explains an engine error that is caused by the state of its file; undefined for other errors. */
export function damageOf(file: string, error: unknown): StartError | undefined {
  const text = error instanceof Error ? error.message : String(error)
  const [, problem] = damages.find(([pattern]) => pattern.test(text)) ?? []
  if (problem === undefined) return undefined
  return new StartError(
    `The database file ${file} ${problem}. Restore a copy of it, move it away to start with an empty database, ` +
      'or set DATA_DIR.',
    { cause: error },
  )
}
