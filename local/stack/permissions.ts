import { z } from 'zod'
import type { Resolve } from './resolver.ts'
import { resourcesOfType, type Template, TemplateError } from './template.ts'

/** One statement of an IAM policy, resolved; several actions and resources may hold `*` and `?`. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMany,
  Resource: oneOrMany,
})
const document = z.object({ Statement: z.array(statement) })
const inlinePolicies = z.array(z.object({ PolicyDocument: document })).default([])
const attachedPolicy = z.object({ PolicyDocument: document, Roles: z.array(z.string()).default([]) })

/** Managed policies that only let a function write its logs; on the laptop logs go to the terminal. */
const harmless = /policy\/service-role\/AWSLambda(BasicExecution|VPCAccessExecution)Role$/

/** What each role may do, by the role's name: its inline policies and the policies attached to it. */
export function readStatements(
  template: Template,
  resolve: Resolve,
): ReadonlyMap<string, readonly Statement[]> {
  const byRole = new Map<string, Statement[]>()
  const add = (role: string, from: z.infer<typeof document>) => {
    const known = byRole.get(role) ?? []
    byRole.set(role, known)
    for (const { Effect, Action, Resource } of from.Statement) {
      known.push({ effect: Effect, actions: Action, resources: Resource })
    }
  }

  for (const [id, { Properties }] of resourcesOfType(template, 'AWS::IAM::Role')) {
    const name = String(resolve({ Ref: id }))
    const managed = z.array(z.string()).default([]).parse(resolve(Properties['ManagedPolicyArns']))
    const unknown = managed.find((arn) => !harmless.test(arn))
    if (unknown) throw new TemplateError(`Role ${id}: the laptop does not know what ${unknown} allows`)
    for (const { PolicyDocument } of understood(id, inlinePolicies, resolve(Properties['Policies']))) {
      add(name, PolicyDocument)
    }
  }
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']) {
    for (const [id, { Properties }] of resourcesOfType(template, type)) {
      const { PolicyDocument, Roles } = understood(id, attachedPolicy, resolve(Properties))
      for (const role of Roles) add(role, PolicyDocument)
    }
  }
  return byRole
}

/** Conditions, NotAction and the like are refused, because to ignore one would allow too much or too little. */
function understood<T>(id: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new TemplateError(`The laptop cannot weigh the policy in ${id}:\n${z.prettifyError(parsed.error)}`)
}

/** IAM's verdict: denied unless some statement allows and none denies. */
export function isAllowed(statements: readonly Statement[], action: string, resource: string): boolean {
  const applies = ({ actions, resources }: Statement) =>
    actions.some((pattern) => matches(pattern, action, 'i')) &&
    resources.some((pattern) => matches(pattern, resource, ''))
  const applicable = statements.filter(applies)
  return applicable.length > 0 && applicable.every(({ effect }) => effect === 'Allow')
}

const compiled = new Map<string, RegExp>()

/** Whether an ARN or action fits a pattern with IAM's two wildcards. */
export function matches(pattern: string, value: string, flags: '' | 'i' = ''): boolean {
  const key = `${flags}:${pattern}`
  let expression = compiled.get(key)
  if (!expression) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    expression = new RegExp(`^${source}$`, `s${flags}`)
    compiled.set(key, expression)
  }
  return expression.test(value)
}
