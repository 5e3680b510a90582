import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type FunctionName, functionNames } from '../../lib/permissions.ts'
import { type Condition, type Logs, newestOf, toLine } from './logs.ts'

/** The log of the chat on this machine, which its runtime keeps in the data directory. */
export function fileLogs(dataDir: string): Logs {
  const linesOf = (name: FunctionName, where: readonly Condition[]) =>
    ['.jsonl.1', '.jsonl'].flatMap((suffix) =>
      read(path.join(dataDir, 'logs', name + suffix))
        .split('\n')
        // Parsing every line of a large file would take seconds.
        .filter((text) => where.every((condition) => mayFit(text, condition)))
        .filter((text) => where.every((condition) => fits(text, condition)))
        .flatMap((text) => toLine(name, text) ?? []),
    )
  return {
    async find({ functions = functionNames, from, where }) {
      const lines = functions.flatMap((name) => linesOf(name, where))
      return newestOf(
        lines.filter(({ at }) => at >= from),
        from,
      )
    },
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // The function has not written anything yet, or there is no rotated file.
    return ''
  }
}

const mayFit = (text: string, [, operator, value]: Condition) =>
  operator === '>' || text.includes(JSON.stringify(value))

function fits(text: string, [field, operator, expected]: Condition): boolean {
  const value = field.split('.').reduce<unknown>((part, name) => Object(part)[name], parse(text))
  if (operator === '=') return value === expected
  return typeof value === 'number' && value > Number(expected)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
