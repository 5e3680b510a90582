import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { type Progress, progressOf } from '../../progress.ts'
import { print, targetOf } from '../../run.ts'
import { type Target, TargetError } from '../../target.ts'
import type { Scope } from '../format/line-types.ts'
import { chatTables } from '../format/tables.ts'
import { LateUserError } from './contents.ts'
import { append, partFileOf, resume } from './part-file.ts'
import { linesOf } from './scopes.ts'

const more = `
The file contains one JSON object per line; docs/export.md describes it. Only an export of the whole chat can be imported.
Until the file is complete, its name ends in .part. If the command is interrupted, repeat it: it continues where it
stopped. Only you can read the file. It contains what people have written, so keep it safe.

Exit code: 0 if the file is complete, otherwise 1.

Examples:
  npm run admin -- export chat.jsonl
  npm run admin -- --stack AdminChat export chat.jsonl
  npm run admin -- export --user ada@example.com ada.jsonl
  npm run admin -- export --conversation CONVERSATION_ID conversation.jsonl`

interface Options {
  readonly user?: string
  readonly conversation?: string
}

export const exportCommand = () =>
  new Command('export')
    .description('Write everything that is stored, or only one user or conversation, to a file.')
    .argument('<file>', 'a file that does not exist yet')
    .addOption(
      new Option(
        '--user <id>',
        'only the profile, messages, memberships and invitations of a user',
      ).conflicts('conversation'),
    )
    .option('--conversation <id>', 'only a conversation and its participants')
    .addHelpText('after', more)
    .action(async (file: string, options: Options, command: Command) => {
      const progress = progressOf('export')
      const target = await targetOf(command)
      const exporting = exportTo(file, target, scopeOf(options), progress.show)
      const { lines, continued } = await exporting.finally(progress.end)
      print(command, { file, lines, continued }, [
        ...(continued ? ['Continued an export that was interrupted.'] : []),
        `${lines} lines written to ${file}`,
      ])
    })

const scopeOf = ({ user, conversation }: Options): Scope =>
  user !== undefined ? { user } : conversation !== undefined ? { conversation } : 'all'

/** Exports to a file that does not exist yet, or continues an export to it that was interrupted. */
export async function exportTo(
  file: string,
  target: Pick<Target, 'name' | 'db' | 'tables'>,
  scope: Scope,
  onProgress: Progress['show'] = () => undefined,
): Promise<{ readonly lines: number; readonly continued: boolean }> {
  if (existsSync(file)) throw new TargetError(`${file} exists. Choose another name, or delete it first.`)
  const part = partFileOf(file, JSON.stringify([target.name, scope]))
  const begun = await resume(part, (found) => onProgress(`${found} lines found`))
  let { lines: done } = begun
  let share: number | undefined
  const show = () =>
    onProgress(share === undefined ? 'reading users, conversations and invitations' : `${done} lines`, share)
  const exported = linesOf(chatTables(target, show), scope, begun, (shareDone) => {
    share = shareDone
    show()
  })
  const lines = await append(part, exported, done, (count) => {
    done = count
    show()
  }).catch(async (error: unknown) => {
    if (error instanceof LateUserError) await rm(part)
    throw error
  })
  if (lines === 1 && scope !== 'all') {
    await rm(part)
    throw new TargetError(`Nothing is stored about ${Object.entries(scope).flat().join(' ')}.`)
  }
  await rename(part, file)
  // Includes the line that marks the end, as the number of lines of an import does.
  return { lines: lines + 1, continued: begun.lines > 0 }
}
