import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { readApis } from './apis.ts'
import { readFunctions } from './functions.ts'
import { readEventSources, readQueues } from './queues.ts'
import { createResolver } from './resolver.ts'
import { readSchedules } from './schedules.ts'
import { readSite } from './site.ts'
import { readTables } from './tables.ts'
import { parseTemplate, readResources, TemplateError } from './template.ts'

/** The stack that the laptop emulates. Everything in it is read from the template. */
export type StackModel = Readonly<Awaited<ReturnType<typeof readStack>>>

/** Reads `<stack>.template.json` and its asset manifest from a cloud assembly. */
export async function readStack(assemblyDir: string, stackName: string) {
  const [json, manifest] = await Promise.all([
    readFile(path.join(assemblyDir, `${stackName}.template.json`), 'utf8'),
    readFile(path.join(assemblyDir, `${stackName}.assets.json`), 'utf8'),
  ])
  const template = parseTemplate(json)
  const resolve = createResolver(template, stackName)
  const outputs = Object.fromEntries(
    Object.entries(template.Outputs).map(([name, { Value }]) => [name, String(resolve(Value))]),
  )
  const secrets = readResources(template, resolve, 'AWS::SecretsManager::Secret', z.object({}))
  const secret = secrets.find(({ ref }) => ref === outputs['JwtSecretArn'])
  if (!secret) throw new TemplateError('The laptop needs a stack with a secret of its own for tokens')
  const functions = readFunctions(template, resolve, { directory: assemblyDir, manifest })
  const queues = readQueues(template, resolve)
  const apis = readApis(template, resolve)
  return {
    name: stackName,
    /** By logical id. */
    functions,
    ...apis,
    site: readSite(template, resolve, apis),
    tables: readTables(template, resolve),
    queues,
    eventSources: readEventSources(template, resolve, functions, queues),
    schedules: readSchedules(template, resolve),
    /** ARN of the token secret. */
    secretArn: secret.ref,
    /** The stack's outputs, by logical id. */
    outputs,
  }
}
