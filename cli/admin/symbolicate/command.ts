import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Command, Option } from 'commander'
import { functionNames } from '../../../lib/permissions.ts'
import { print } from '../../run.ts'
import { TargetError } from '../../target.ts'
import { symbolicate } from './symbolicate.ts'

const bundles = fileURLToPath(new URL('../../../dist/lambdas', import.meta.url))

const more = `
The source maps of a build are in dist/lambdas, and fit only that build. For a stack that was deployed from another
commit, check out that commit and run "npm run synth". Or keep the maps of each deployment, and name their folder with
--maps.

Exit code: 0; 1 if there is no map, or if the text contains no position in a function.

Examples:
  npm run admin -- symbolicate --function frames < stack.txt
  npm run admin -- symbolicate --function rest line-of-the-log.json
  npm run admin -- symbolicate --function worker --maps maps-of-last-week stack.txt`

interface Options {
  readonly function: string
  readonly maps: string
}

export const symbolicateCommand = (): Command =>
  new Command('symbolicate')
    .description('Print a stack trace of a deployed function with the positions in the sources.')
    .argument('[file]', 'a stack trace, or a line of the log (default: standard input)')
    .addOption(
      new Option('--function <name>', 'the function whose log has the stack trace')
        .choices(functionNames)
        .makeOptionMandatory(),
    )
    .option('--maps <folder>', 'the folder with the source maps of the deployed build', bundles)
    .addHelpText('after', more)
    .action(async (file: string | undefined, { function: name, maps }: Options, command: Command) => {
      const mapFile = path.resolve(maps, `${name}.cjs.map`)
      if (!existsSync(mapFile)) {
        throw new TargetError(`There is no ${mapFile}. Run npm run synth on the commit that is deployed.`)
      }
      const stack = symbolicate(file === undefined ? await text(process.stdin) : readStack(file), mapFile)
      if (stack === undefined) throw new TargetError('The text contains no position in a function.')
      print(command, { stack }, stack.split(/\r?\n/))
    })

function readStack(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new TargetError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}
