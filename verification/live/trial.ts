import type { History } from '../model/history.ts'
import type { Random } from '../model/random.ts'

/** A number that sets how much a scenario does. */
export interface Size {
  readonly what: string
  readonly full: number
  /** For continuous integration, where all scenarios together take about two minutes. */
  readonly short: number
}

/** One guarantee of the chat, and how it is tested over real sockets. */
export interface Scenario<Name extends string = string> {
  readonly name: string
  /** A sentence that is true if the scenario passes. */
  readonly promise: string
  readonly sizes: Readonly<Record<Name, Size>>
  run(trial: Trial<Name>): Promise<void>
}

/** The input of a running scenario, and the methods with which it reports. */
export interface Trial<Name extends string = string> {
  readonly seed: number
  readonly random: Random
  readonly sizes: Readonly<Record<Name, number>>
  readonly history: History
  /** Shows the current progress. */
  progress(text: string): void
  /** Adds a line to the report. */
  figure(text: string): void
  /** Reports a failure that the checker does not cover. */
  fail(text: string): void
}

/** Defines a scenario; misspelled sizes do not compile. */
export const scenario = <Name extends string>(definition: Scenario<Name>) => definition as Scenario
