import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Template } from 'aws-cdk-lib/assertions'
import { type AppOptions, buildApp } from '../../../lib/app.ts'
import { STACK_NAME } from '../../../lib/stack-name.ts'

const placeholder = fileURLToPath(new URL('placeholder', import.meta.url))

/** Returns the template that `cdk synth` would write, with placeholder code and without validation. */
export const synthesize = (options: Partial<AppOptions> = {}): Template =>
  synthesizeAll(options).get(STACK_NAME) ?? Template.fromJSON({})

/** Returns the templates of all stacks by name. */
export const synthesizeAll = (options: Partial<AppOptions>): ReadonlyMap<string, Template> =>
  new Map(stacksOf(options).map(({ stackName, template }) => [stackName, Template.fromJSON(template)]))

/** Returns the stacks with the templates and tags that `cdk deploy` would use. */
export function stacksOf(options: Partial<AppOptions>) {
  const outdir = mkdtempSync(join(tmpdir(), 'admin-chat-'))
  try {
    const bundles = { lifecycle: placeholder, frames: placeholder, rest: placeholder, worker: placeholder }
    const { stacks } = buildApp({
      validate: false,
      outdir,
      bundles,
      siteFiles: placeholder,
      ...options,
    }).synth()
    // The template is read when it is first asked for.
    return stacks.map(({ stackName, template, tags }) => ({ stackName, template: template as object, tags }))
  } finally {
    rmSync(outdir, { recursive: true })
  }
}

export interface Resource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: a template is untyped JSON, and each assertion names its path
  readonly Properties: any
  readonly DeletionPolicy?: string
  readonly DependsOn?: readonly string[]
}

/** Returns the resources of one type by logical id. */
export const resourcesOf = (template: Template, type: string): Record<string, Resource> =>
  template.findResources(type) as Record<string, Resource>

/** Returns the logical id of the only resource of this type whose id has this prefix. */
export function logicalId(template: Template, type: string, prefix: string): string {
  const ids = Object.keys(template.findResources(type)).filter((id) => id.startsWith(prefix))
  const [id] = ids
  if (id === undefined || ids.length > 1)
    throw new Error(`${ids.length} resources of ${type} named ${prefix}`)
  return id
}

/** The template with default settings. */
export const defaultTemplate = synthesize()
