import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** The message lists every problem with the options, one sentence per line. */
export class FaultsError extends Error {
  override readonly name = 'FaultsError'
}

const chanceProblem = 'must be a probability from 0 to 1'
const chance = z.number(chanceProblem).min(0, chanceProblem).max(1, chanceProblem).default(0)
const milliseconds = (standard: number, max = 3_600_000) => {
  const problem = `must be whole milliseconds from 0 to ${max}`
  return z.int(problem).min(0, problem).max(max, problem).default(standard)
}
const speedProblem = 'must be a number from 1 to 100000'
const seedProblem = 'must be a whole number from 0 to 4294967295'

/** All options; docs/faults.md describes what each does. */
const groups = {
  disconnect: { lost: chance, late: chance, lateMillis: milliseconds(2_000), twice: chance },
  posts: {
    gone: chance,
    throttled: chance,
    failed: chance,
    failedDelivered: chance,
    lost: chance,
    hang: chance,
    hangMillis: milliseconds(5_000),
  },
  invocations: {
    throttled: chance,
    twice: chance,
    reordered: chance,
    delayMillis: milliseconds(200),
    killed: chance,
  },
  secrets: { failed: chance },
  database: {
    errorBefore: chance,
    errorAfter: chance,
    throttled: chance,
    transactionConflict: chance,
    onePage: z.boolean('must be true or false').default(false),
    stale: chance,
    partialBatch: chance,
  },
  gateway: {
    clockSpeed: z.number(speedProblem).min(1, speedProblem).max(100_000, speedProblem).default(1),
    dropAllEveryMillis: milliseconds(0),
  },
}
const group = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: objectProblem }).prefault({} as z.input<z.ZodObject<Shape, z.core.$strict>>)
const shape = {
  seed: z.int(seedProblem).min(0, seedProblem).max(0xffff_ffff, seedProblem).default(1),
  disconnect: group(groups.disconnect),
  posts: group(groups.posts),
  invocations: group(groups.invocations),
  secrets: group(groups.secrets),
  database: group(groups.database),
  gateway: group(groups.gateway),
  /** AWS refuses signatures that are more than five minutes off, and so does the laptop. */
  clockOffsetMillis: milliseconds(0, 240_000),
}
const schema = z.strictObject(shape, { error: objectProblem })

/** The faults to inject and how often. Omitted faults are off. */
export type FaultOptions = z.input<typeof schema>
/** The options with every default filled in. */
export type FaultSettings = Readonly<z.output<typeof schema>>

export function parseFaults(input: unknown): FaultSettings {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new FaultsError(result.error.issues.flatMap(sentences).join('\n'))
}

export function readFaultsFile(file: string): FaultSettings {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new FaultsError(`The file ${file} cannot be read.`)
  }
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch {
    throw new FaultsError(`The file ${file} is not JSON.`)
  }
  return parseFaults(input)
}

/** The options that differ from their defaults, as shown in the log. */
export function switchedOn(settings: FaultSettings): readonly string[] {
  const defaults = new Map(flat(parseFaults({})))
  return flat(settings)
    .filter(([name, value]) => name !== 'seed' && defaults.get(name) !== value)
    .map(([name, value]) => `${name} ${String(value)}`)
}

function flat(settings: FaultSettings): readonly (readonly [string, unknown])[] {
  return Object.entries(settings).flatMap(([name, value]): (readonly [string, unknown])[] =>
    typeof value === 'object'
      ? Object.entries(value).map(([key, inner]) => [`${name}.${key}`, inner] as const)
      : [[name, value]],
  )
}

/** Undefined for every other code, which `sentences` describes. */
function objectProblem({ code }: { readonly code?: string }): string | undefined {
  return code === 'invalid_type' ? 'must be an object' : undefined
}

function sentences(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(Object.entries(groups).find(([name]) => name === path[0])?.[1] ?? shape)
    return issue.keys.map(
      (key) => `${[...path, key].join('.')} is not a fault; there are ${known.join(', ')}.`,
    )
  }
  return [`${path.join('.') || 'What the file holds'} ${issue.message}.`]
}
