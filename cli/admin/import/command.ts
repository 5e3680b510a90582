import { Command } from 'commander'
import { type Progress, progressOf } from '../../progress.ts'
import { print, targetOf } from '../../run.ts'
import type { Target } from '../../target.ts'
import { checkFile } from './check.ts'
import { load } from './load.ts'
import { begin, finish } from './target-state.ts'

const more = `
The chat must have no conversations, no invitations, and no users who are not in the file. The demo users of a laptop are
replaced, and everything that "smoke" has left behind is removed. The whole file is checked before anything is written.
If the command is interrupted, repeat it with the same file. The chat must not be used until the command has finished.

Exit code: 0 if everything was imported, otherwise 1.

Examples:
  npm run admin -- import chat.jsonl
  npm run admin -- --stack AdminChat import chat.jsonl`

export const importCommand = () =>
  new Command('import')
    .description('Restore an export in an empty chat.')
    .argument('<file>', 'a complete export')
    .addHelpText('after', more)
    .action(async (file: string, _options: object, command: Command) => {
      const progress = progressOf('import')
      const target = await targetOf(command)
      const lines = await importFrom(file, target, progress.show).finally(progress.end)
      print(command, { file, lines }, [`${lines} lines imported from ${file}`])
    })

/** Imports a file into an empty chat, or completes an interrupted import. Resolves with the number of lines. */
export async function importFrom(
  file: string,
  target: Pick<Target, 'db' | 'tables'>,
  onProgress: Progress['show'] = () => undefined,
): Promise<number> {
  const checked = await checkFile(file, (lines) => onProgress(`${lines} lines checked`))
  const { lines } = checked
  await begin(target, checked)
  await load(file, target, (stored) => onProgress(`${stored} of ${lines} lines stored`, stored / lines))
  await finish(target)
  return lines
}
