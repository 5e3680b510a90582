import { randomUUID } from 'node:crypto'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Database, Input, Output } from './backend.ts'
import { cancelled, type Faults, serverError, singleConflict, throttling, timeOut } from './faults.ts'
import type { Invocation } from './invocation.ts'

/** How a weakening may change what goes to the database and what comes back. */
export interface DatabaseSeam {
  readonly backend: Database
  /** Changes with the phase of a run. */
  readonly faults: () => Faults
  /** Forces pages of so many items. */
  readonly pageSize?: number
  readonly rewrite?: (operation: string, input: Input, invocation: Invocation) => Input
  readonly answer?: (operation: string, output: Output) => Output
}

/** As often as the product's client tries (lambdas/aws.ts). */
const TRIES = 3

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

/** The document client of one invocation: every command waits for the scheduler and meets its fate there. */
export function documentsOf(invocation: Invocation, seam: DatabaseSeam): DynamoDBDocumentClient {
  const send = (command: Command) => {
    const operation = operations[command.constructor.name]
    if (operation === undefined) throw new Error(`the seam does not know ${command.constructor.name}`)
    const plain = seam.rewrite?.(operation, command.input, invocation) ?? command.input
    // The SDK gives a transaction a token, so that its own repetitions of it are applied once.
    const token = operation === 'TransactWriteItems' ? { ClientRequestToken: randomUUID() } : {}
    return new Call(invocation, seam, operation, { ...paged(seam, operation, plain), ...token }).send()
  }
  return { send } as unknown as DynamoDBDocumentClient
}

function paged({ pageSize }: DatabaseSeam, operation: string, input: Input): Input {
  return operation === 'Query' && pageSize !== undefined ? { ...input, Limit: pageSize } : input
}

class Call {
  #tries = 0

  constructor(
    private readonly invocation: Invocation,
    private readonly seam: DatabaseSeam,
    private readonly operation: string,
    private readonly input: Input,
  ) {}

  send(): Promise<Output> {
    const { history } = this.invocation.scheduler
    if (this.#reads() && !isConsistent(this.operation, this.input)) {
      history.violate('read without consistency', this.#label(), [this.operation])
    }
    return new Promise((resolve, reject) => this.#enqueue(resolve, reject))
  }

  #enqueue(resolve: (output: Output) => void, reject: (error: unknown) => void): void {
    const { invocation } = this
    const { scheduler } = invocation
    const slow = scheduler.random.chance(this.seam.faults().slow)
    scheduler.add({
      label: this.#label(),
      owner: invocation,
      at: scheduler.now + scheduler.random.below(slow ? 3000 : 30),
      run: async () => await this.#happen(resolve, reject),
      ...(this.#reads() ? {} : { orphaned: async () => void (await this.#execute().catch(() => undefined)) }),
    })
  }

  async #happen(resolve: (output: Output) => void, reject: (error: unknown) => void): Promise<void> {
    const { random, history } = this.invocation.scheduler
    const faults = this.seam.faults()
    const fate = (what: string) => {
      history.note(`${this.#label()}: ${what}`)
      history.count(what)
    }
    if (random.chance(faults.crash)) {
      if (random.chance(0.5)) await this.#execute().catch(() => undefined)
      this.invocation.die('crash')
      return
    }
    const again = (error: Error) => {
      if (++this.#tries < TRIES && random.chance(0.6)) this.#enqueue(resolve, reject)
      else reject(error)
    }
    if (random.chance(faults.failed)) {
      fate('failed')
      return again(serverError())
    }
    if (random.chance(faults.throttled)) {
      fate('throttled')
      const items = this.#items()
      if (items > 0 && random.chance(0.5))
        return reject(cancelled(items, random.below(items), 'ThrottlingError'))
      return again(throttling())
    }
    if (!this.#reads() && random.chance(faults.conflict)) {
      fate('conflict')
      const items = this.#items()
      return reject(
        items > 0 ? cancelled(items, random.below(items), 'TransactionConflict') : singleConflict(),
      )
    }
    if (random.chance(faults.ambiguous)) {
      fate('applied, answer lost')
      await this.#execute().catch(() => undefined)
      return again(random.chance(0.5) ? timeOut() : serverError())
    }
    try {
      resolve(await this.#execute())
    } catch (error) {
      reject(error)
    }
  }

  async #execute(): Promise<Output> {
    const { history } = this.invocation.scheduler
    try {
      const output = await this.seam.backend.execute(this.operation, this.input)
      history.note(this.#label())
      return this.seam.answer?.(this.operation, output) ?? output
    } catch (error) {
      history.note(`${this.#label()}: ${(error as Error).name}`)
      throw error
    }
  }

  #items(): number {
    return (this.input['TransactItems'] as readonly unknown[] | undefined)?.length ?? 0
  }

  #reads(): boolean {
    return /^(GetItem|Query|BatchGetItem)$/.test(this.operation)
  }

  #label(): string {
    return `${this.invocation.name} ${this.operation} ${keysOf(this.input).join(' + ')}`
  }
}

function isConsistent(operation: string, input: Input): boolean {
  if (operation !== 'BatchGetItem') return input['ConsistentRead'] === true
  return Object.values(input['RequestItems'] as Input).every(
    (table) => (table as Input)['ConsistentRead'] === true,
  )
}

/** What a command is about, for people. */
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
