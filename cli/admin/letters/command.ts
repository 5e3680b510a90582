import { SQSClient } from '@aws-sdk/client-sqs'
import { Command } from 'commander'
import { output } from '../../../local/targets.ts'
import { count, tableLines, toTime } from '../../columns.ts'
import { gapText, watchLogs } from '../../logs/watched.ts'
import { print, targetOf } from '../../run.ts'
import { type Target, TargetError } from '../../target.ts'
import { type DeadLetter, type DeadLetters, deadLetters } from './dead-letters.ts'
import { lastFailures } from './failures.ts'

const help = `
Examples:
  npm run admin -- letters list
  npm run admin -- letters retry 6b1c2f0e-…     one task, by its id
  npm run admin -- letters retry --all
  npm run admin -- letters drop --all

A task that has failed five times becomes a dead letter. It is kept for 14 days, counted from when the task was first
queued. Repair the cause first: "list" shows the last error of each task, if the log still has it. A task can safely run
again at any time, and does nothing if it is no longer needed.

Exit code: 0; 1 if a dead letter does not exist or the command failed.`

/** Shows and handles the tasks that failed too often. */
export const lettersCommand = () =>
  new Command('letters')
    .description('Show, retry or drop the tasks that failed too often.')
    .addHelpText('after', help)
    .addCommand(listCommand())
    .addCommand(handleCommand('retry', 'Move tasks back to the queue.', 'retried'))
    .addCommand(handleCommand('drop', 'Delete tasks permanently.', 'dropped'))

const listCommand = () =>
  new Command('list')
    .description(
      'Print the name of each task, when it was queued, how often it was tried, and its last error.',
    )
    .action(async (_options: object, command: Command) => {
      const target = await targetOf(command)
      const store = open(target)
      const letters = await store.take()
      await store.release(letters)
      const logs = watchLogs(target.logs)
      const [attempts, reasons] = await Promise.all([
        store.attempts(),
        lastFailures(logs, letters).catch(() => new Map<string, string>()),
      ])
      const gap = logs.gap()
      const objects = letters.map(({ id, task, about, queuedAt }) => {
        const error = reasons.get(id)
        return {
          id,
          task,
          ...about,
          queued_at: new Date(queuedAt).toISOString(),
          attempts,
          ...(error && { error }),
        }
      })
      const rows = letters.map(({ id, task, about, queuedAt }) => [
        id,
        task,
        toTime(queuedAt),
        `${attempts} times`,
        aboutText(about),
        reasons.get(id) ?? '',
      ])
      const headings = ['ID', 'TASK', 'QUEUED', 'TRIED', 'ABOUT', 'LAST ERROR']
      print(command, { letters: objects }, [
        ...tableLines(headings, rows),
        count(letters.length, 'dead letter'),
        ...(gap === undefined ? [] : [gapText(gap)]),
      ])
    })

const handleCommand = (action: 'retry' | 'drop', description: string, done: string) =>
  new Command(action)
    .description(description)
    .argument('[ids...]', 'the ids that "list" prints')
    .option('--all', 'every dead letter')
    .action(async (ids: readonly string[], { all }: { readonly all?: boolean }, command: Command) => {
      if ((all === true) === ids.length > 0)
        throw new TargetError('Name the ids of dead letters, or use --all.')
      const store = open(await targetOf(command))
      const letters = await store.take()
      const chosen = all ? letters : letters.filter(({ id }) => ids.includes(id))
      await store.release(letters.filter((letter) => !chosen.includes(letter)))
      await store[action](chosen)
      const handled = chosen.map(({ id }) => id)
      print(command, { [done]: handled }, [`${count(chosen.length, 'dead letter')} ${done}`])
      const missing = ids.filter((id) => !handled.includes(id))
      if (missing.length > 0) throw new TargetError(`There is no dead letter ${missing.join(', ')}.`)
    })

function open({ outputs, config }: Target): DeadLetters {
  if (outputs['DeadLettersUrl'] === undefined) {
    throw new TargetError('The stack has no output DeadLettersUrl. Deploy the current version first.')
  }
  const urls = { dead: output(outputs, 'DeadLettersUrl'), tasks: output(outputs, 'TasksQueueUrl') }
  return deadLetters(new SQSClient(config), urls)
}

const aboutText = (about: DeadLetter['about']) =>
  Object.entries(about)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
