import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** The message lists everything that is wrong with the options, one sentence each. */
export class FaultsError extends Error {
  override readonly name = 'FaultsError'
}

const chanceFault = 'must be a probability from 0 to 1'
const chance = z.number(chanceFault).min(0, chanceFault).max(1, chanceFault).default(0)
const millis = (standard: number, most = 3_600_000) => {
  const fault = `must be whole milliseconds from 0 to ${most}`
  return z.int(fault).min(0, fault).max(most, fault).default(standard)
}
const speedFault = 'must be a number from 1 to 100000'
const seedFault = 'must be a whole number from 0 to 4294967295'

/** Every switch; what each plays is told in docs/faults.md. */
const groups = {
  disconnect: { lost: chance, late: chance, lateMillis: millis(2_000), twice: chance },
  posts: {
    gone: chance,
    throttled: chance,
    failed: chance,
    failedDelivered: chance,
    lost: chance,
    hang: chance,
    hangMillis: millis(5_000),
  },
  invocations: {
    throttled: chance,
    twice: chance,
    reordered: chance,
    delayMillis: millis(200),
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
    clockSpeed: z.number(speedFault).min(1, speedFault).max(100_000, speedFault).default(1),
    dropAllEveryMillis: millis(0),
  },
}
const group = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: objectFault }).prefault({} as z.input<z.ZodObject<Shape, z.core.$strict>>)
const shape = {
  seed: z.int(seedFault).min(0, seedFault).max(0xffff_ffff, seedFault).default(1),
  disconnect: group(groups.disconnect),
  posts: group(groups.posts),
  invocations: group(groups.invocations),
  secrets: group(groups.secrets),
  database: group(groups.database),
  gateway: group(groups.gateway),
  /** Beyond five minutes AWS would refuse the signatures of the functions, and so does the laptop. */
  clockOffsetMillis: millis(0, 240_000),
}
const schema = z.strictObject(shape, { error: objectFault })

/** Which faults the laptop plays, and how often; everything that is left out is off. */
export type FaultOptions = z.input<typeof schema>
/** The same with nothing left out. */
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
    throw new FaultsError(`The file ${file} holds no JSON.`)
  }
  return parseFaults(input)
}

/** The switches that are set otherwise than they would stand by themselves, as a line of a log shows them. */
export function switchedOn(settings: FaultSettings): readonly string[] {
  const untouched = new Map(flat(parseFaults({})))
  return flat(settings)
    .filter(([name, value]) => name !== 'seed' && untouched.get(name) !== value)
    .map(([name, value]) => `${name} ${String(value)}`)
}

function flat(settings: FaultSettings): readonly (readonly [string, unknown])[] {
  return Object.entries(settings).flatMap(([name, value]): (readonly [string, unknown])[] =>
    typeof value === 'object'
      ? Object.entries(value).map(([key, inner]) => [`${name}.${key}`, inner] as const)
      : [[name, value]],
  )
}

/** Nothing leaves the rest, which is told below, to zod. */
function objectFault({ code }: { readonly code?: string }): string | undefined {
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
