import { z } from 'zod'
import { matches } from './permissions.ts'
import type { Resolve } from './resolver.ts'
import { readResources, type Template, TemplateError } from './template.ts'

const permissionProperties = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().default('*'),
})

/**
 * Returns a lookup of the function that a route or a rule invokes, by its ARN or name. The lookup throws if the
 * permission to invoke is missing. On AWS, such a route or rule can be deployed, but then fails without a log.
 */
export function createTargetLookup(template: Template, resolve: Resolve) {
  const functions = readResources(template, resolve, 'AWS::Lambda::Function', z.object({}))
  const permissions = readResources(template, resolve, 'AWS::Lambda::Permission', permissionProperties)
  const find = (reference: string) => functions.find(({ arn, ref }) => arn === reference || ref === reference)

  return (caller: string, reference: string, principal: string, sourceArn: string): string => {
    const target = find(reference)
    if (!target)
      throw new TemplateError(`${caller} invokes ${reference}, which is not a function of the stack`)
    const isPermitted = permissions.some(
      ({ Action, FunctionName, Principal, SourceArn }) =>
        Action === 'lambda:InvokeFunction' &&
        find(FunctionName) === target &&
        Principal === principal &&
        matches(SourceArn, sourceArn),
    )
    if (!isPermitted)
      throw new TemplateError(`${caller}: ${principal} has no permission to invoke ${target.id}`)
    return target.id
  }
}
