import path from 'node:path'
import { z } from 'zod'
import { readStatements, type Statement } from './permissions.ts'
import type { Resolve } from './resolver.ts'
import { resourcesOfType, type Template, TemplateError } from './template.ts'

/** A Lambda function, with everything that decides what it sees and what it may do. */
export interface FunctionModel {
  /** Logical id, by which routes refer to it. */
  readonly id: string
  readonly name: string
  readonly arn: string
  /** Directory that holds its bundle. */
  readonly codeDir: string
  /** `file.export`. */
  readonly handler: string
  readonly timeoutMs: number
  readonly memoryMegabytes: number
  readonly environment: Readonly<Record<string, string>>
  /** What its role allows. */
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
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
})

/** Reads the functions, finding their code through the asset manifest that lies beside the template. */
export function readFunctions(
  template: Template,
  resolve: Resolve,
  assets: { readonly directory: string; readonly manifest: string },
): ReadonlyMap<string, FunctionModel> {
  const { files } = assetManifest.parse(JSON.parse(assets.manifest))
  const statements = readStatements(template, resolve)
  const roleNames = new Map(
    resourcesOfType(template, 'AWS::IAM::Role').map(([id]) => [
      String(resolve({ 'Fn::GetAtt': [id, 'Arn'] })),
      String(resolve({ Ref: id })),
    ]),
  )

  const functions = new Map<string, FunctionModel>()
  for (const [id, { Properties }] of resourcesOfType(template, 'AWS::Lambda::Function')) {
    const properties = functionProperties.parse(resolve(Properties))
    const source = files[path.parse(properties.Code.S3Key).name]?.source.path
    if (!source) {
      throw new TemplateError(`Function ${id}: its code ${properties.Code.S3Key} is no asset of this stack`)
    }
    functions.set(id, {
      id,
      name: String(resolve({ Ref: id })),
      arn: String(resolve({ 'Fn::GetAtt': [id, 'Arn'] })),
      codeDir: path.resolve(assets.directory, source),
      handler: properties.Handler,
      timeoutMs: properties.Timeout * 1000,
      memoryMegabytes: properties.MemorySize,
      environment: properties.Environment.Variables,
      statements: statements.get(roleNames.get(properties.Role) ?? '') ?? [],
    })
  }
  return functions
}
