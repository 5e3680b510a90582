import { z } from 'zod'
import { StartError } from '../start-error.ts'
import { namesOf } from './names.ts'
import type { Resolve } from './resolver.ts'

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

/** The template contains something that the laptop does not emulate, or contradicts itself. */
export class TemplateError extends StartError {
  override readonly name = 'TemplateError'
}

/**
 * Reads the resources of one type, in the order of the template: their names and resolved properties. Throws a
 * TemplateError that names the resource and every property that the laptop does not emulate.
 */
export function readResources<T extends object>(
  { Resources }: Template,
  resolve: Resolve,
  type: string,
  schema: z.ZodType<T>,
) {
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, found]) => {
      // Tags change nothing that the laptop emulates.
      const { Tags: _, ...properties } = found.Properties
      const { success, data, error } = schema.safeParse(resolve(properties))
      if (!success) throw new TemplateError(`The laptop cannot emulate ${id}:\n${z.prettifyError(error)}`)
      const { ref, attributes } = namesOf(id, found)
      // The ARN is empty for types whose ARN no part of the template needs.
      return { ...data, id, ref, arn: attributes['Arn'] ?? '' }
    })
}
