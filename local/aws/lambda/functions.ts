import path from 'node:path'
import type { FunctionModel } from '../../stack/functions.ts'
import type { Identity } from '../iam/identities.ts'
import type { Concurrency } from './concurrency.ts'
import type { ContainerDefinition, Log, WorkerFaults } from './container.ts'
import { functionEnvironment } from './environment.ts'
import { FunctionError, type Invoke } from './invoke.ts'
import { createPool, type Pool } from './pool.ts'

export interface FunctionsOptions {
  readonly functions: ReadonlyMap<string, FunctionModel>
  /** By the function's logical id. */
  readonly identities: ReadonlyMap<string, Identity>
  readonly awsEndpoint: string
  /** Shared by all functions. */
  readonly concurrency: Concurrency
  /** Faults to inject into their containers. @default - none */
  readonly faults?: WorkerFaults | undefined
  readonly log: Log
}

/** The functions of the stack, each with its own containers. */
export interface Functions {
  readonly invoke: Invoke
  /** Loads one container of each function, so that the first client does not have to wait for that. */
  warm(): Promise<void>
  /**
   * Switches to new code and settings with the next invocation; if a function fails to load, all functions keep their
   * old code and settings.
   */
  reload(functions: ReadonlyMap<string, FunctionModel>): Promise<void>
  close(): Promise<void>
}

export function createFunctions(options: FunctionsOptions): Functions {
  const { functions, identities, awsEndpoint, concurrency, faults, log } = options
  const definition = (model: FunctionModel): ContainerDefinition => {
    const identity = identities.get(model.id)
    if (!identity) throw new Error(`${model.id} has no identity`)
    return {
      ...model,
      name: path.basename(model.codeDir),
      environment: functionEnvironment(model, identity.credentials, awsEndpoint),
      faults,
    }
  }
  const pools = new Map<string, Pool>(
    [...functions.values()].map((model) => [
      model.id,
      createPool({ definition: definition(model), concurrency, log }),
    ]),
  )
  return {
    async invoke(functionId, event, isWanted) {
      const pool = pools.get(functionId)
      if (!pool) throw new FunctionError(`There is no function ${functionId}`)
      return pool.invoke(event, isWanted)
    },
    warm: () => swap([...pools.values()].map((pool) => pool.prepare())),
    reload: (next) =>
      swap([...next.values()].flatMap((model) => pools.get(model.id)?.prepare(definition(model)) ?? [])),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()))
    },
  }
}

/** Switches all functions or none, because functions that share tables should run the same version. */
async function swap(preparing: readonly ReturnType<Pool['prepare']>[]): Promise<void> {
  const outcomes = await Promise.allSettled(preparing)
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') continue
    if (failure) await outcome.value.discard()
    else outcome.value.commit()
  }
  if (failure) throw failure.reason
}

/** The name of a function's identity in messages to the developer: its logical id without the hash that CDK appends. */
export function shortName(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '')
}
