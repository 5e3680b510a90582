import { z } from 'zod'
import type { Resolve } from './resolver.ts'
import { readResources, type Template, TemplateError } from './template.ts'

const oneOrMany = z
  .union([z.string(), z.array(z.string())])
  .transform((value): readonly string[] => [value].flat())
/** Strict, because ignoring `Condition`, `NotAction` and the like would allow too much or too little. */
const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: oneOrMany,
    Resource: oneOrMany,
  })
  .transform(({ Effect, Action, Resource }) => ({ effect: Effect, actions: Action, resources: Resource }))
const policy = z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) })
const attachedPolicy = policy.extend({ Roles: z.array(z.string()).default([]) })
const roleProperties = z.object({
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(policy).default([]),
})

/** A resolved statement of an IAM policy. Actions and resources may contain the wildcards `*` and `?`. */
export type Statement = Readonly<z.infer<typeof statement>>

/** Managed policies that only allow a function to write its log, which needs no permission on the laptop. */
const logPolicies = /policy\/service-role\/AWSLambda(BasicExecution|VPCAccessExecution)Role$/

/** Reads the statements of each role by its ARN, from its inline and its attached policies. */
export function readStatements(
  template: Template,
  resolve: Resolve,
): ReadonlyMap<string, readonly Statement[]> {
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    readResources(template, resolve, type, attachedPolicy),
  )
  const roles = readResources(template, resolve, 'AWS::IAM::Role', roleProperties)
  return new Map(
    roles.map(({ id, ref, arn, ManagedPolicyArns, Policies }) => {
      const unknown = ManagedPolicyArns.find((managed) => !logPolicies.test(managed))
      if (unknown)
        throw new TemplateError(`Role ${id}: the laptop does not know the permissions of ${unknown}`)
      const policies = [...Policies, ...attached.filter(({ Roles }) => Roles.includes(ref))]
      return [arn, policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)]
    }),
  )
}

/** Decides as IAM does: an action is denied unless a statement allows it and no statement denies it. */
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
