import { z } from 'zod'
import type { Resolve } from './resolver.ts'
import { readResources, type Template } from './template.ts'

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
const index = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
})
const tableProperties = z.object({
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) })
    .optional(),
  TimeToLiveSpecification: z
    .object({ AttributeName: z.string().optional(), Enabled: z.boolean() })
    .optional(),
})

/** A DynamoDB table of the template, without the features that only AWS provides (recovery, encryption). */
export type TableModel = Readonly<z.infer<typeof tableProperties>> & { readonly name: string }

export function readTables(template: Template, resolve: Resolve): readonly TableModel[] {
  const tables = readResources(template, resolve, 'AWS::DynamoDB::Table', tableProperties)
  return tables.map((table) => ({ ...table, name: table.ref }))
}
