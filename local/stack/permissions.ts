import { z } from 'zod'
import type { Resolve } from './resolver.ts'
import { parseResource, resourcesOfType, type Template, TemplateError } from './template.ts'

/** A resolved statement of an IAM policy. Actions and resources may contain the wildcards `*` and `?`. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())
/** Strict, because ignoring `Condition`, `NotAction` and the like would allow too much or too little. */
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMany,
  Resource: oneOrMany,
})
const document = z.object({ Statement: z.array(statement) })
const inlinePolicies = z.array(z.object({ PolicyDocument: document })).default([])
const attachedPolicy = z.object({ PolicyDocument: document, Roles: z.array(z.string()).default([]) })

/** Managed policies that only allow a function to write its logs, which go to the terminal on the laptop. */
const logPolicies = /policy\/service-role\/AWSLambda(BasicExecution|VPCAccessExecution)Role$/

/** Reads the statements of each role by its name, from its inline and its attached policies. */
export function readStatements(
  template: Template,
  resolve: Resolve,
): ReadonlyMap<string, readonly Statement[]> {
  const byRole = new Map<string, Statement[]>()
  const add = (role: string, from: z.infer<typeof document>) => {
    const statements = byRole.get(role) ?? []
    byRole.set(role, statements)
    for (const { Effect, Action, Resource } of from.Statement) {
      statements.push({ effect: Effect, actions: Action, resources: Resource })
    }
  }

  for (const [id, { Properties }] of resourcesOfType(template, 'AWS::IAM::Role')) {
    const name = String(resolve({ Ref: id }))
    const managed = z.array(z.string()).default([]).parse(resolve(Properties['ManagedPolicyArns']))
    const unknown = managed.find((arn) => !logPolicies.test(arn))
    if (unknown) throw new TemplateError(`Role ${id}: the laptop does not know the permissions of ${unknown}`)
    for (const { PolicyDocument } of parseResource(id, inlinePolicies, resolve(Properties['Policies']))) {
      add(name, PolicyDocument)
    }
  }
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']) {
    for (const [id, { Properties }] of resourcesOfType(template, type)) {
      const { PolicyDocument, Roles } = parseResource(id, attachedPolicy, resolve(Properties))
      for (const role of Roles) add(role, PolicyDocument)
    }
  }
  return byRole
}

/** IAM's decision: denied unless a statement allows the action and none denies it. */
export function isAllowed(statements: readonly Statement[], action: string, resource: string): boolean {
  const applies = ({ actions, resources }: Statement) =>
    actions.some((pattern) => matches(pattern, action, 'i')) &&
    resources.some((pattern) => matches(pattern, resource, ''))
  const applicable = statements.filter(applies)
  return applicable.length > 0 && applicable.every(({ effect }) => effect === 'Allow')
}

const compiled = new Map<string, RegExp>()

/** True if an ARN or action matches a pattern with IAM's two wildcards. */
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
