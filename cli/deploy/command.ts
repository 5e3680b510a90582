import { Command } from 'commander'
import { STACK_NAME } from '../../lib/stack-name.ts'
import { TargetError } from '../target.ts'
import { openAccount } from './account.ts'
import { CdkError, cdkRunner } from './cdk.ts'
import { deploy } from './deploy.ts'

const HELP = `
All other options are passed on to "cdk deploy".

Settings in "context" of cdk.json apply to every deployment, and settings on the command line only to one. The command
refuses to remove an allowed origin, your own domain or a required claim of the tokens, or to change the secret of the
tokens. If you want that, add -c allowSettingLoss=true.

Examples:
  npm run deploy
  npm run deploy -- -c allowedOrigins=https://your-site.example
  npm run deploy -- --profile private --require-approval never

Exit code: 0 if the stack is deployed, otherwise 1.`

interface Options {
  readonly context: readonly string[]
  readonly profile?: string
  readonly toolkitStackName: string
}

/** The command that compares the settings with those of the deployed stack, and then deploys the stack. */
export const deployCommand = () =>
  new Command('npm run deploy --')
    .description(`Deploy the stack ${STACK_NAME}, or update it.`)
    .option('-c, --context <setting=value>', 'a setting; can be repeated', collect, [])
    .option('--profile <name>', 'the AWS profile to use')
    .option('--toolkit-stack-name <name>', 'the stack that "cdk bootstrap" has created', 'CDKToolkit')
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', HELP)
    .action(async ({ context, profile, toolkitStackName }: Options, command: Command) => {
      const account = await openAccount(profile)
      const options = [
        ...command.args,
        ...(profile === undefined ? [] : ['--profile', profile]),
        '--toolkit-stack-name',
        toolkitStackName,
      ]
      try {
        await deploy({ context, options, toolkit: toolkitStackName }, account, cdkRunner(account.region))
      } catch (error) {
        throw error instanceof CdkError ? new TargetError(error.message) : error
      }
    })

const collect = (value: string, values: readonly string[]) => [...values, value]
