import { z } from 'zod'

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

/** All resources of one type, in the order of the template. */
export function resourcesOfType(
  from: Template,
  type: string,
): readonly (readonly [string, TemplateResource])[] {
  return Object.entries(from.Resources).filter(([, { Type }]) => Type === type)
}

/** Something in the template that the laptop does not know how to play, or that contradicts itself. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
}
