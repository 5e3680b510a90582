import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { User } from '../../lambdas/model.ts'
import { databaseFile, startDatabase } from '../../local/aws/dynamodb/engine.ts'
import { openEngine } from '../../local/aws/dynamodb/engine-calls.ts'
import { startSchedule } from '../../local/aws/eventbridge/schedule.ts'
import { createIdentity } from '../../local/aws/iam/identities.ts'
import { shortName } from '../../local/aws/lambda/functions.ts'
import type { Invoke } from '../../local/aws/lambda/invoke.ts'
import { createSecretStore } from '../../local/aws/secrets/secrets.ts'
import { startAwsServer } from '../../local/aws/server.ts'
import { startEventSource } from '../../local/aws/sqs/event-source.ts'
import { openQueues } from '../../local/aws/sqs/queues.ts'
import { systemClock } from '../../local/clock.ts'
import { fillDatabase } from '../../local/database.ts'
import type { StackModel } from '../../local/stack/model.ts'
import { chatTables } from '../../local/targets.ts'

export interface ServicesOptions {
  readonly stack: StackModel
  readonly dataDir: string
  readonly jwtSecret: string
  readonly users: readonly User[]
  readonly invoke: Invoke
}

/** The AWS services behind the functions: database, queue, schedule and secret. The emulator has none of them. */
export async function startServices({ stack, dataDir, jwtSecret, users, invoke }: ServicesOptions) {
  mkdirSync(dataDir, { recursive: true })
  const warn = (line: string) => console.error(line)
  const database = await startDatabase(dataDir, undefined)
  const tables = chatTables(stack.outputs)
  await fillDatabase({
    stack,
    tables,
    users,
    databaseEndpoint: database.endpoint,
    file: databaseFile(dataDir),
  })
  const engine = openEngine(database.endpoint)
  const queues = openQueues({
    models: stack.queues,
    file: path.join(dataDir, 'queues.jsonl'),
    clock: systemClock,
    warn,
  })
  const identities = new Map(
    [...stack.functions.values()].map(({ id, statements }) => [
      id,
      createIdentity(shortName(id), statements),
    ]),
  )
  const gone = async () => ({ outcome: 'gone' }) as const
  const aws = await startAwsServer({
    identities: [...identities.values()],
    api: stack.webSocketApi,
    functions: stack.functions,
    // The emulator itself provides the API for its connections.
    connections: { post: gone, get: gone, delete: gone },
    secret: createSecretStore(stack.secretArn, jwtSecret),
    queues,
    callEngine: engine.call,
    warn,
  })
  let background: readonly (() => void)[] = []
  return {
    awsEndpoint: aws.endpoint,
    credentialsOf: (functionId: string) => identities.get(functionId)?.credentials,
    /** Lets the queue and the schedule invoke functions. */
    begin() {
      background = [
        ...stack.eventSources.flatMap((model) => {
          const queue = queues.byArn(model.queueArn)
          return queue ? [startEventSource({ model, queue, invoke, clock: systemClock })] : []
        }),
        ...stack.schedules.map((model) => startSchedule({ model, invoke, clock: systemClock })),
      ]
    },
    async close() {
      for (const stop of background) stop()
      await aws.close()
      engine.close()
      queues.close()
      await database.stop()
    },
  }
}
