import type { History } from '../model/history.ts'
import type { Random } from '../model/random.ts'

/** How much of something a scenario does. */
export interface Size {
  readonly what: string
  readonly full: number
  /** In continuous integration, where all scenarios together have two minutes. */
  readonly short: number
}

/** One promise, and how it is put to the test over real sockets. */
export interface Scenario {
  readonly name: string
  /** A sentence that is true when the scenario passes. */
  readonly promise: string
  readonly sizes: Readonly<Record<string, Size>>
  run(trial: Trial): Promise<void>
}

/** What a running scenario is given, and where it says what it found. */
export interface Trial<Name extends string = string> {
  readonly seed: number
  readonly random: Random
  readonly sizes: Readonly<Record<Name, number>>
  readonly history: History
  /** What is being done, for who waits. */
  progress(text: string): void
  /** A line of the report. */
  figure(text: string): void
  /** A promise that was broken in another way than the checker knows. */
  fail(text: string): void
}

/** Names the sizes in the scenario's type, so that a misspelt one does not compile. */
export function scenario<Name extends string>(definition: {
  readonly name: string
  readonly promise: string
  readonly sizes: Readonly<Record<Name, Size>>
  run(trial: Trial<Name>): Promise<void>
}): Scenario {
  return definition as Scenario
}
