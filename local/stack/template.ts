import { z } from 'zod'
import { StartError } from '../start-error.ts'

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
})

const template = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).default({}),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
})

/** The part of a CloudFormation template that the laptop reads. */
export type Template = z.infer<typeof template>
export type TemplateResource = z.infer<typeof resource>

export function parseTemplate(json: string): Template {
  return template.parse(JSON.parse(json))
}

/** The resources of one type, in the order of the template. */
export function resourcesOfType(
  from: Template,
  type: string,
): readonly (readonly [string, TemplateResource])[] {
  return Object.entries(from.Resources).filter(([, { Type }]) => Type === type)
}

/** The template contains something that the laptop does not emulate, or contradicts itself. */
export class TemplateError extends StartError {
  override readonly name = 'TemplateError'
}

/**
 * Parses the properties of a resource; throws a TemplateError that names the resource and every property that the
 * laptop does not emulate.
 */
export function parseResource<T>(id: string, schema: z.ZodType<T>, properties: unknown): T {
  const parsed = schema.safeParse(properties)
  if (parsed.success) return parsed.data
  throw new TemplateError(`The laptop cannot emulate ${id}:\n${z.prettifyError(parsed.error)}`)
}
