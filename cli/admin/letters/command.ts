import { SQSClient } from '@aws-sdk/client-sqs'
import { Command } from 'commander'
import { output } from '../../../local/targets.ts'
import { count, tableLines, toTime } from '../../columns.ts'
import { gapText, watchLogs } from '../../logs/watched.ts'
import { print, targetOf } from '../../run.ts'
import { type Target, TargetError } from '../../target.ts'
import type { DeadLetter } from './dead-letter.ts'
import { type DeadLetters, deadLetters } from './dead-letters.ts'
import { lastFailures } from './failures.ts'

const help = `
Examples:
  npm run admin -- letters list
  npm run admin -- letters retry 6b1c2f0e-…     one task, by its id
  npm run admin -- letters retry --all
  npm run admin -- letters drop --all

A task that has failed five times becomes a dead letter. It is kept for 14 days, counted from when the task was first
queued. Repair the cause first: "list" shows the last error of each task, if the log still has it. A task can safely run
again at any time, and does nothing if it is no longer needed. The last error is "none in the log" if Lambda refused to
run the function, or if the function ended before it could log an error. A retried task has a new id; if it fails, it
becomes a dead letter again after a quarter of an hour. At most 10,000 dead letters are read at once, for at most two
minutes; "retry" and "drop" say if any are left. If a command is interrupted, the letters that it has read are hidden
for up to five minutes.

Exit code: 0; 1 if a dead letter does not exist or the command failed.`

/** Shows and handles the tasks that failed too often. */
export const lettersCommand = () =>
  new Command('letters')
    .description('Show, retry or drop the tasks that failed too often.')
    .addHelpText('afterAll', help)
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
      const { letters, complete } = await store.take()
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
        reasons.get(id) ?? 'none in the log',
      ])
      const headings = ['ID', 'TASK', 'QUEUED', 'TRIED', 'ABOUT', 'LAST ERROR']
      print(command, { letters: objects, complete }, [
        ...tableLines(headings, rows),
        `${count(letters.length, 'dead letter')}${complete ? '' : MORE}`,
        ...(gap === undefined ? [] : [gapText(gap)]),
      ])
    })

const handleCommand = (action: 'retry' | 'drop', description: string, verb: string) =>
  new Command(action)
    .description(description)
    .argument('[ids...]', 'the ids that "list" prints')
    .option('--all', 'every dead letter')
    .action(async (ids: readonly string[], { all }: { readonly all?: boolean }, command: Command) => {
      if ((all === true) === ids.length > 0)
        throw new TargetError('Name the ids of dead letters, or use --all.')
      const store = open(await targetOf(command))
      const { letters, complete } = await store.take()
      const chosen = all ? letters : letters.filter(({ id }) => ids.includes(id))
      const { handled, failure } = await store[action](chosen)
      const done = new Set(handled)
      const handledIds = handled.map(({ id }) => id)
      print(command, { [verb]: handledIds }, [`${count(handled.length, 'dead letter')} ${verb}`])
      await store.release(letters.filter((letter) => !done.has(letter)))
      if (failure !== undefined) throw failure
      const missing = ids.filter((id) => !letters.some((letter) => letter.id === id))
      if (handled.length < chosen.length || (!complete && (all || missing.length > 0)))
        throw new TargetError('Some dead letters could not be handled in time. Run the command again.')
      if (missing.length > 0) throw new TargetError(`There is no dead letter ${missing.join(', ')}.`)
    })

const MORE = '; there are more than can be shown at once'

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
