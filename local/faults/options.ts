import { z } from 'zod'
import { readJsonFile } from '../json-file.ts'
import { StartError } from '../start-error.ts'

const chanceProblem = 'must be a probability from 0 to 1'
const chance = z.number(chanceProblem).min(0, chanceProblem).max(1, chanceProblem).default(0)
const milliseconds = (standard: number, max = 3_600_000) => {
  const problem = `must be whole milliseconds from 0 to ${max}`
  return z.int(problem).min(0, problem).max(max, problem).default(standard)
}
const speedProblem = 'must be a number from 1 to 100000'
const concurrencyProblem = 'must be a whole number, 0 for no limit'
const seedProblem = 'must be a whole number from 0 to 4294967295'

const group = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: objectProblem }).prefault({} as z.input<z.ZodObject<Shape, z.core.$strict>>)

/** All options; docs/faults.md describes what each does. */
const shape = {
  seed: z.int(seedProblem).min(0, seedProblem).max(0xffff_ffff, seedProblem).default(1),
  disconnect: group({ lost: chance, late: chance, lateMillis: milliseconds(2_000), twice: chance }),
  posts: group({
    gone: chance,
    throttled: chance,
    failed: chance,
    failedDelivered: chance,
    lost: chance,
    hang: chance,
    hangMillis: milliseconds(5_000),
  }),
  invocations: group({
    throttled: chance,
    concurrency: z.int(concurrencyProblem).min(0, concurrencyProblem).default(0),
    twice: chance,
    reordered: chance,
    delayMillis: milliseconds(200),
    killed: chance,
  }),
  secrets: group({ failed: chance }),
  database: group({
    errorBefore: chance,
    errorAfter: chance,
    throttled: chance,
    transactionConflict: chance,
    onePage: z.boolean('must be true or false').default(false),
    stale: chance,
    partialBatch: chance,
    slow: chance,
    slowMillis: milliseconds(1_500),
  }),
  gateway: group({
    clockSpeed: z.number(speedProblem).min(1, speedProblem).max(100_000, speedProblem).default(1),
    dropAllEveryMillis: milliseconds(0),
  }),
  /** AWS and the laptop refuse signatures whose time is off by more than five minutes. */
  clockOffsetMillis: milliseconds(0, 240_000),
}
const schema = z.strictObject(shape, { error: objectProblem })
const defaults = schema.parse({})

/** The faults to inject and how often. Omitted faults are off. */
export type FaultOptions = z.input<typeof schema>
/** The options with every default filled in. */
export type FaultSettings = Readonly<z.output<typeof schema>>

/** Throws a StartError that lists every problem, one sentence per line. */
export function parseFaults(input: unknown): FaultSettings {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new StartError(result.error.issues.flatMap(sentences).join('\n'))
}

export function readFaultsFile(file: string): FaultSettings {
  return parseFaults(readJsonFile(file))
}

/** The options that differ from their defaults, as shown in the log. */
export function switchedOn(settings: FaultSettings): readonly string[] {
  const standard = new Map(flat(defaults))
  return flat(settings)
    .filter(([name, value]) => name !== 'seed' && standard.get(name) !== value)
    .map(([name, value]) => `${name} ${String(value)}`)
}

function flat(settings: FaultSettings): readonly (readonly [string, unknown])[] {
  return Object.entries(settings).flatMap(([name, value]): (readonly [string, unknown])[] =>
    typeof value === 'object'
      ? Object.entries(value).map(([key, inner]) => [`${name}.${key}`, inner])
      : [[name, value]],
  )
}

/** Describes this one code; undefined for every other code, which `sentences` describes. */
function objectProblem({ code }: { readonly code?: string }): string | undefined {
  return code === 'invalid_type' ? 'must be an object' : undefined
}

function sentences(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String)
  if (issue.code !== 'unrecognized_keys') {
    return [`${path.join('.') || 'The content of the file'} ${issue.message}.`]
  }
  const parent = path.reduce<object>((parsed, name) => Reflect.get(parsed, name), defaults)
  const known = Object.keys(parent).join(', ')
  return issue.keys.map((key) => `${[...path, key].join('.')} is not a fault; there are ${known}.`)
}
