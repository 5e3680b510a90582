import { CfnResource } from 'aws-cdk-lib'
import { CfnIntegration, CfnRoute, CfnRouteResponse } from 'aws-cdk-lib/aws-apigatewayv2'
import type { Construct } from 'constructs'

/** In this order, no part refers to a later one. */
const types = [CfnIntegration, CfnRoute, CfnRouteResponse].map((type) => type.CFN_RESOURCE_TYPE_NAME)

/**
 * Makes CloudFormation create the integrations, routes and route responses of an API one after another, and the stage
 * after them. API Gateway may refuse concurrent changes of one API ("Unable to complete operation due to concurrent
 * modification"), which would undo the deployment.
 */
export function createOneAfterAnother(api: Construct, stage: Construct): void {
  const resources = api.node.findAll().filter((construct) => CfnResource.isCfnResource(construct))
  const parts = types.flatMap((type) => resources.filter(({ cfnResourceType }) => cfnResourceType === type))
  for (const [index, part] of parts.entries()) {
    const previous = parts[index - 1]
    if (previous !== undefined) part.addResourceDependency(previous)
  }
  // The stage deploys automatically on every change. Created last, it deploys once, with all routes.
  const last = parts.at(-1)
  if (last !== undefined) stage.node.addDependency(last)
}
