import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { deployedSettings } from '../../../deploy/deployed-stack.ts'
import { type Check, note, ok, problem } from '../check.ts'

/** The quota of most accounts. Newer Regions and accounts may start with less. */
const USUAL_RATE = 10_000

/** The rate that API Gateway allows to all APIs of the account together. */
export const apiThrottle: Check = {
  name: 'API rate',
  async run({ stack }) {
    if (stack === undefined) return []
    const { throttleSettings } = await new APIGatewayClient().send(new GetAccountCommand())
    const rate = throttleSettings?.rateLimit ?? 0
    const burst = throttleSettings?.burstLimit ?? 0
    const setting = Number((await deployedSettings(new CloudFormationClient(), stack))?.['throttleRate'] ?? 0)
    const text = `API Gateway accepts ${rate} requests a second over all APIs of the account, in bursts of ${burst}`
    if (rate < setting) {
      return problem(
        `${text}, but throttleRate is ${setting}.`,
        'Ask for more in Service Quotas, or deploy with a lower throttleRate.',
      )
    }
    if (rate < USUAL_RATE)
      return note(`${text}.`, 'That is less than usual; ask for more in Service Quotas if you need it.')
    return ok(`${text}.`)
  },
}
