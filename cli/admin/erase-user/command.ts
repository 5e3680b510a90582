import { Command } from 'commander'
import { count } from '../../columns.ts'
import { question } from '../../output.ts'
import { progressOf } from '../../progress.ts'
import { print, targetOf } from '../../run.ts'
import { TargetError } from '../../target.ts'
import { type Erased, eraseUser } from './erase.ts'

const more = `
The user is removed, as by "users remove". The user's messages become deleted messages, also in open clients. Texts of
invitations, hashes, every client_message_id, the profile and its copies are removed. The id remains, so that another
user does not get it by accident. docs/operations.md lists what else remains, and where.

The command takes at least half a minute, so that it does not miss a message that is being sent. If it is interrupted,
repeat it.

Exit code: 0 if everything was erased, otherwise 1.

Examples:
  npm run admin -- erase-user ada
  npm run admin -- --stack AdminChat erase-user --yes ada@example.com`

/** Copies that this command cannot reach. */
const REMAINING = [
  'Copies may remain until you delete them: in exports, in point-in-time backups for 35 days, in dead letters for 14 days,',
  'and on devices that have not connected since. On a laptop, unused parts of the database file may hold copies.',
]

export const eraseUserCommand = () =>
  new Command('erase-user')
    .description('Permanently remove a user, and what the user has written.')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .addHelpText('after', more)
    .action(async (id: string, { yes }: { readonly yes?: boolean }, command: Command) => {
      if (!yes) await confirm(id)
      const target = await targetOf(command)
      const progress = progressOf('erase-user')
      const erased = await eraseUser(target, id, progress.show).finally(progress.end)
      print(command, erased, [...linesAbout(id, erased), ...REMAINING])
    })

async function confirm(id: string): Promise<void> {
  if (!process.stdin.isTTY) throw new TargetError('This cannot be undone. Without a terminal, add --yes.')
  const answer = await question(
    `This cannot be undone. To erase everything that ${id} has written, type the id again: `,
  )
  if (answer !== id) throw new TargetError('The id is not the same. Nothing was erased.')
}

const linesAbout = (
  id: string,
  { removed, messages, keys, invitations, titles }: Erased,
): readonly string[] => [
  ...(removed ? [`${id} removed`] : []),
  `${count(messages, 'message')}, ${count(keys, 'key')} of sends and the texts of ${count(invitations, 'invitation')} erased`,
  ...titles.map((title) => `The title of a group that ${id} created stays: ${title}`),
]
