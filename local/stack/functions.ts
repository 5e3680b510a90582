import path from 'node:path'
import { z } from 'zod'
import { readStatements, type Statement } from './permissions.ts'
import type { Resolve } from './resolver.ts'
import { readResources, type Template, TemplateError } from './template.ts'

/** A Lambda function: its code, its environment and its permissions. */
export interface FunctionModel {
  /** Logical id, which routes refer to. */
  readonly id: string
  readonly name: string
  readonly arn: string
  /** Folder of its bundle. */
  readonly codeDir: string
  /** `file.export`. */
  readonly handler: string
  readonly timeoutMs: number
  readonly memoryMegabytes: number
  readonly environment: Readonly<Record<string, string>>
  /** The lowest severity that the function writes to its log, in upper case. */
  readonly logLevel: string
  /** The policy statements of its role. */
  readonly statements: readonly Statement[]
}

const assetManifest = z.object({
  files: z.record(z.string(), z.object({ source: z.object({ path: z.string().optional() }) })),
})

const functionProperties = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Role: z.string(),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  LoggingConfig: z
    .object({ LogFormat: z.string().default('Text'), ApplicationLogLevel: z.string().default('INFO') })
    .prefault({}),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
})

const customResourceProperties = z.object({ ServiceToken: z.string() })

/**
 * Reads the functions by logical id, and finds their code through the asset manifest. Leaves out the functions of
 * custom resources, which run only while a stack is deployed.
 */
export function readFunctions(
  template: Template,
  resolve: Resolve,
  assets: { readonly directory: string; readonly manifest: string },
): ReadonlyMap<string, FunctionModel> {
  const { files } = assetManifest.parse(JSON.parse(assets.manifest))
  const statements = readStatements(template, resolve)
  const deployTime = new Set(
    Object.values(template.Resources)
      .filter(({ Type }) => Type.startsWith('Custom::') || Type === 'AWS::CloudFormation::CustomResource')
      .map(({ Properties }) => customResourceProperties.parse(resolve(Properties)).ServiceToken),
  )
  const all = readResources(template, resolve, 'AWS::Lambda::Function', functionProperties)
  return new Map(
    all
      .filter(({ arn }) => !deployTime.has(arn))
      .map((properties) => {
        const { id, ref, arn, Code, Handler, Role, Timeout, MemorySize, Environment, LoggingConfig } =
          properties
        const source = files[path.parse(Code.S3Key).name]?.source.path
        if (!source)
          throw new TemplateError(`Function ${id}: its code ${Code.S3Key} is not an asset of this stack`)
        if (LoggingConfig.LogFormat !== 'JSON')
          throw new TemplateError(`Function ${id}: the laptop emulates only the log format JSON`)
        const model: FunctionModel = {
          id,
          name: ref,
          arn,
          codeDir: path.resolve(assets.directory, source),
          handler: Handler,
          timeoutMs: Timeout * 1000,
          memoryMegabytes: MemorySize,
          environment: Environment.Variables,
          logLevel: LoggingConfig.ApplicationLogLevel,
          statements: statements.get(Role) ?? [],
        }
        return [id, model]
      }),
  )
}
