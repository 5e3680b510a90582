import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { HttpApiModel, WebSocketApiModel } from './api-model.ts'
import { readApis } from './apis.ts'
import { type FunctionModel, readFunctions } from './functions.ts'
import { type EventSourceModel, type QueueModel, readEventSources, readQueues } from './queues.ts'
import { createResolver } from './resolver.ts'
import { readSchedules, type ScheduleModel } from './schedules.ts'
import { readTables, type TableModel } from './tables.ts'
import { parseTemplate, resourcesOfType, TemplateError } from './template.ts'

/** The stack that the laptop emulates. Everything in it is read from the template. */
export interface StackModel {
  readonly name: string
  /** By logical id. */
  readonly functions: ReadonlyMap<string, FunctionModel>
  readonly webSocketApi: WebSocketApiModel
  readonly httpApi: HttpApiModel
  readonly tables: readonly TableModel[]
  readonly queues: readonly QueueModel[]
  readonly eventSources: readonly EventSourceModel[]
  readonly schedules: readonly ScheduleModel[]
  /** ARN of the token secret. */
  readonly secretArn: string
  /** The stack's outputs, by logical id. */
  readonly outputs: Readonly<Record<string, string>>
}

/** Reads `<stack>.template.json` and its asset manifest from a cloud assembly. */
export async function readStack(assemblyDir: string, stackName: string): Promise<StackModel> {
  const [json, manifest] = await Promise.all([
    readFile(path.join(assemblyDir, `${stackName}.template.json`), 'utf8'),
    readFile(path.join(assemblyDir, `${stackName}.assets.json`), 'utf8'),
  ])
  const template = parseTemplate(json)
  const resolve = createResolver(template, stackName)
  const [secret, another] = resourcesOfType(template, 'AWS::SecretsManager::Secret')
  if (!secret || another) throw new TemplateError('The laptop needs exactly one secret per stack')
  const functions = readFunctions(template, resolve, { directory: assemblyDir, manifest })
  const queues = readQueues(template, resolve)
  return {
    name: stackName,
    functions,
    ...readApis(template, resolve),
    tables: readTables(template, resolve),
    queues,
    eventSources: readEventSources(template, resolve, functions, queues),
    schedules: readSchedules(template, resolve),
    secretArn: String(resolve({ Ref: secret[0] })),
    outputs: Object.fromEntries(
      Object.entries(template.Outputs).map(([name, { Value }]) => [name, String(resolve(Value))]),
    ),
  }
}
