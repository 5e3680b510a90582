import { z } from 'zod'
import { matches } from './permissions.ts'
import type { Resolve } from './resolver.ts'
import { parseResource, resourcesOfType, type Template } from './template.ts'

const permissionProperties = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().default('*'),
})

export interface InvokePermissions {
  /** Returns the logical id of the function with this ARN or name. */
  functionOf(reference: string): string | undefined
  /** True if the service may invoke the function on behalf of the source. */
  permits(principal: string, functionId: string, sourceArn: string): boolean
}

/** Reads who may invoke the functions. Without the permission a route deploys on AWS, and then fails without a log. */
export function readInvokePermissions(template: Template, resolve: Resolve): InvokePermissions {
  const functions = new Map<string, string>()
  for (const [id] of resourcesOfType(template, 'AWS::Lambda::Function')) {
    functions.set(String(resolve({ 'Fn::GetAtt': [id, 'Arn'] })), id)
    functions.set(String(resolve({ Ref: id })), id)
  }
  const permissions = resourcesOfType(template, 'AWS::Lambda::Permission').map(([id, { Properties }]) =>
    parseResource(id, permissionProperties, resolve(Properties)),
  )
  return {
    functionOf: (reference) => functions.get(reference),
    permits: (principal, functionId, sourceArn) =>
      permissions.some(
        ({ Action, FunctionName, Principal, SourceArn }) =>
          Action === 'lambda:InvokeFunction' &&
          functions.get(FunctionName) === functionId &&
          Principal === principal &&
          matches(SourceArn, sourceArn),
      ),
  }
}
