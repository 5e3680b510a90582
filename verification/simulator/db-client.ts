import { randomUUID } from 'node:crypto'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { canceled, serverError, singleConflict, throttling, timeout } from './aws-errors.ts'
import type { Database, Input, Output } from './backend.ts'
import type { Invocation } from './invocation.ts'
import type { RunOptions } from './run.ts'

/** The same number as for the product's client (lambdas/aws.ts). */
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

/**
 * Creates the document client of one invocation. Each command waits for the scheduler, which decides whether a fault
 * strikes the command.
 */
export function dbOf(
  invocation: Invocation,
  database: Database,
  { pageSize, weakening = {} }: RunOptions,
): DynamoDBDocumentClient {
  const { random, history } = invocation.scheduler

  const send = (command: { readonly input: Input }): Promise<Output> => {
    const operation = operations[command.constructor.name]
    if (operation === undefined) throw new Error(`the simulator does not support ${command.constructor.name}`)
    const input = {
      ...(weakening.rewrite?.(operation, command.input) ?? command.input),
      ...(operation === 'Query' && pageSize !== undefined ? { Limit: pageSize } : {}),
      // Sets a token, as the SDK does. It makes the retries of a transaction idempotent.
      ...(operation === 'TransactWriteItems' ? { ClientRequestToken: randomUUID() } : {}),
    }
    const label = `${operation} ${keysOf(input).join(' + ')}`
    const note = (suffix = '') => history.note(`${invocation.name} ${label}${suffix}`)
    const items = (input as { TransactItems?: readonly unknown[] }).TransactItems?.length ?? 0
    const isRead = /^(GetItem|Query|BatchGetItem)$/.test(operation)
    let tries = 0

    const execute = async (): Promise<Output> => {
      try {
        const output = await database.execute(operation, input)
        note()
        return weakening.answer?.(operation, output) ?? output
      } catch (error) {
        note(`: ${(error as Error).name}`)
        throw error
      }
    }

    const inject = (fault: string) => {
      note(`: ${fault}`)
      history.count(fault)
    }

    const attempt = async (
      resolve: (output: Output) => void,
      reject: (error: unknown) => void,
    ): Promise<void> => {
      const { failed, throttled, conflict, ambiguous } = invocation.scheduler.faults
      const retryOrFail = (error: Error) => {
        if (++tries < MAX_TRIES && random.chance(0.6)) enqueue(resolve, reject)
        else reject(error)
      }
      if (random.chance(failed)) {
        inject('failed')
        return retryOrFail(serverError())
      }
      if (random.chance(throttled)) {
        inject('throttled')
        if (items > 0 && random.chance(0.5))
          return reject(canceled(items, random.below(items), 'ThrottlingError'))
        return retryOrFail(throttling())
      }
      if (!isRead && random.chance(conflict)) {
        inject('conflict')
        return reject(
          items > 0 ? canceled(items, random.below(items), 'TransactionConflict') : singleConflict(),
        )
      }
      if (random.chance(ambiguous)) {
        inject('applied, answer lost')
        await execute().catch(() => undefined)
        return retryOrFail(random.chance(0.5) ? timeout() : serverError())
      }
      await execute().then(resolve, reject)
    }

    const enqueue = (resolve: (output: Output) => void, reject: (error: unknown) => void) =>
      invocation.call({
        label,
        slowMs: 3000,
        kind: isRead ? 'read' : 'write',
        apply: execute,
        attempt: () => attempt(resolve, reject),
      })

    if (isRead && !isConsistent(operation, input)) {
      history.violate('inconsistent read', `${invocation.name} ${label}`, [operation])
    }
    return new Promise(enqueue)
  }
  return { send } as unknown as DynamoDBDocumentClient
}

function isConsistent(operation: string, input: Input): boolean {
  const reads = operation === 'BatchGetItem' ? Object.values(input['RequestItems'] as Input) : [input]
  return reads.every((read) => (read as Input)['ConsistentRead'] === true)
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
