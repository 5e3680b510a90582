import { randomUUID } from 'node:crypto'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { canceled, serverError, singleConflict, throttling, timeout } from './aws-errors.ts'
import type { Database, Input, Output } from './backend.ts'
import type { FaultRates } from './fault-rates.ts'
import type { Invocation } from './invocation.ts'

/** The database of a run, and how a weakening changes commands and answers. */
export interface DatabaseSeam {
  readonly backend: Database
  /** Differs between the phases of a run. */
  readonly faults: () => FaultRates
  /** Limits pages to this many items. */
  readonly pageSize?: number
  readonly rewrite?: (operation: string, input: Input, invocation: Invocation) => Input
  readonly answer?: (operation: string, output: Output) => Output
}

/** The same as for the product's client (lambdas/aws.ts). */
const MAX_TRIES = 3

const operations: Readonly<Record<string, string>> = {
  GetCommand: 'GetItem',
  PutCommand: 'PutItem',
  UpdateCommand: 'UpdateItem',
  DeleteCommand: 'DeleteItem',
  QueryCommand: 'Query',
  BatchGetCommand: 'BatchGetItem',
  TransactWriteCommand: 'TransactWriteItems',
}

interface Command {
  readonly input: Input
}

/** Creates the document client of one invocation. Each command waits for the scheduler, which decides whether a fault strikes it. */
export function dbOf(invocation: Invocation, seam: DatabaseSeam): DynamoDBDocumentClient {
  const send = (command: Command) => {
    const operation = operations[command.constructor.name]
    if (operation === undefined) throw new Error(`the simulator does not support ${command.constructor.name}`)
    const plain = seam.rewrite?.(operation, command.input, invocation) ?? command.input
    // Like the SDK: the token makes its own retries of a transaction idempotent.
    const token = operation === 'TransactWriteItems' ? { ClientRequestToken: randomUUID() } : {}
    return new Call(invocation, seam, operation, { ...paged(seam, operation, plain), ...token }).send()
  }
  return { send } as unknown as DynamoDBDocumentClient
}

function paged({ pageSize }: DatabaseSeam, operation: string, input: Input): Input {
  return operation === 'Query' && pageSize !== undefined ? { ...input, Limit: pageSize } : input
}

class Call {
  readonly #invocation: Invocation
  readonly #seam: DatabaseSeam
  readonly #operation: string
  readonly #input: Input
  #tries = 0

  constructor(invocation: Invocation, seam: DatabaseSeam, operation: string, input: Input) {
    this.#invocation = invocation
    this.#seam = seam
    this.#operation = operation
    this.#input = input
  }

  send(): Promise<Output> {
    const { history } = this.#invocation.scheduler
    if (this.#reads() && !isConsistent(this.#operation, this.#input)) {
      history.violate('inconsistent read', this.#label(), [this.#operation])
    }
    return new Promise((resolve, reject) => this.#enqueue(resolve, reject))
  }

  #enqueue(resolve: (output: Output) => void, reject: (error: unknown) => void): void {
    const invocation = this.#invocation
    const { scheduler } = invocation
    const slow = scheduler.random.chance(this.#seam.faults().slow)
    scheduler.add({
      label: this.#label(),
      owner: invocation,
      at: scheduler.now + scheduler.random.below(slow ? 3000 : 30),
      run: async () => await this.#perform(resolve, reject),
      ...(this.#reads() ? {} : { orphaned: async () => void (await this.#execute().catch(() => undefined)) }),
    })
  }

  async #perform(resolve: (output: Output) => void, reject: (error: unknown) => void): Promise<void> {
    const { random, history } = this.#invocation.scheduler
    const faults = this.#seam.faults()
    const inject = (fault: string) => {
      history.note(`${this.#label()}: ${fault}`)
      history.count(fault)
    }
    if (random.chance(faults.crash)) {
      if (random.chance(0.5)) await this.#execute().catch(() => undefined)
      this.#invocation.crash('at a call')
      return
    }
    const retryOrFail = (error: Error) => {
      if (++this.#tries < MAX_TRIES && random.chance(0.6)) this.#enqueue(resolve, reject)
      else reject(error)
    }
    if (random.chance(faults.failed)) {
      inject('failed')
      return retryOrFail(serverError())
    }
    if (random.chance(faults.throttled)) {
      inject('throttled')
      const items = this.#items()
      if (items > 0 && random.chance(0.5))
        return reject(canceled(items, random.below(items), 'ThrottlingError'))
      return retryOrFail(throttling())
    }
    if (!this.#reads() && random.chance(faults.conflict)) {
      inject('conflict')
      const items = this.#items()
      return reject(
        items > 0 ? canceled(items, random.below(items), 'TransactionConflict') : singleConflict(),
      )
    }
    if (random.chance(faults.ambiguous)) {
      inject('applied, answer lost')
      await this.#execute().catch(() => undefined)
      return retryOrFail(random.chance(0.5) ? timeout() : serverError())
    }
    try {
      resolve(await this.#execute())
    } catch (error) {
      reject(error)
    }
  }

  async #execute(): Promise<Output> {
    const { history } = this.#invocation.scheduler
    try {
      const output = await this.#seam.backend.execute(this.#operation, this.#input)
      history.note(this.#label())
      return this.#seam.answer?.(this.#operation, output) ?? output
    } catch (error) {
      history.note(`${this.#label()}: ${(error as Error).name}`)
      throw error
    }
  }

  #items(): number {
    return (this.#input['TransactItems'] as readonly unknown[] | undefined)?.length ?? 0
  }

  #reads(): boolean {
    return /^(GetItem|Query|BatchGetItem)$/.test(this.#operation)
  }

  #label(): string {
    return `${this.#invocation.name} ${this.#operation} ${keysOf(this.#input).join(' + ')}`
  }
}

function isConsistent(operation: string, input: Input): boolean {
  if (operation !== 'BatchGetItem') return input['ConsistentRead'] === true
  return Object.values(input['RequestItems'] as Input).every(
    (table) => (table as Input)['ConsistentRead'] === true,
  )
}

/** The keys that a command touches, for the history. */
function keysOf(input: Input): readonly string[] {
  const items = (input['TransactItems'] as readonly Input[] | undefined)?.map(
    (item) => Object.values(item)[0] as Input,
  ) ?? [input]
  return items.map((item) => {
    const key = (item['Key'] ?? item['Item']) as Input | undefined
    if (key) return `${key['pk']}/${key['sk']}`
    return Object.values((item['ExpressionAttributeValues'] as Input | undefined) ?? {}).join('/')
  })
}
