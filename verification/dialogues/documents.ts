import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export const committed = (name: string) => readFileSync(`docs/${name}`, 'utf8')

// biome-ignore lint/suspicious/noExplicitAny: tests read documents of every shape.
export const readDocument = (name: string): any => parse(committed(name))

/** Every value that a document holds under a key, at any depth. */
export function valuesUnder(key: string, part: unknown): unknown[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...valuesUnder(key, value),
  ])
}
