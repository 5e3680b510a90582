import { Command } from 'commander'
import { gapText } from '../../logs/watched.ts'
import { print, targetOf } from '../../run.ts'
import { logLines, storedLines } from './lines.ts'
import { outcome } from './outcome.ts'
import type { StoredMessage } from './stored.ts'
import { type Trace, traceOf } from './trace.ts'

const help = `
Examples:
  npm run admin -- trace 7-h3XbqkWcJtM0o2n4l5p6aQ
  npm run admin -- trace 7-h3XbqkWcJtM0o2n4l5p6aQ --conversation nV0b…     if the log no longer names it
  npm run admin -- trace 2f9f6c3e-…                                       a request id of the log
  npm run admin -- trace AbCdEfGhIjKlMno=                                 the requestId of an API Gateway error
  npm run admin -- trace ba4db974-7a66-…                                  the id of a dead letter

The id of a message contains its seq but not its conversation, which the log names. The text of a message is never
printed.

Exit code: 0 if anything was found, otherwise 1.`

/** Shows what became of a message, a request or a task. */
export const traceCommand = () =>
  new Command('trace')
    .description('Show what became of a message, a request or a task, from the tables and the log.')
    .argument('<message id | request id | task id>')
    .option('--conversation <id>', 'the conversation of the message, if the log no longer names it')
    .addHelpText('after', help)
    .action(async (id: string, { conversation }: { readonly conversation?: string }, command: Command) => {
      const trace = await traceOf(await targetOf(command), id, conversation)
      print(command, toObject(trace), toTexts(trace))
    })

const toTexts = ({ message, stored, lines, gap }: Trace): readonly string[] => [
  ...(message && stored ? storedLines(message, stored) : []),
  ...(message && !stored ? [`Message ${message} is not stored, because the conversation was removed.`] : []),
  ...logLines(lines),
  ...(lines.length === 0
    ? ['The log has no line about it. The lines may have been so old that they were deleted.']
    : []),
  ...(gap === undefined ? [] : [gapText(gap)]),
  ...(message ? outcome(lines, stored?.recipients.length ?? 0) : []),
]

const toObject = ({ message, stored, lines, gap }: Trace) => ({
  ...(message && { message_id: message, stored: stored ? storedObject(stored) : null }),
  log: lines.map(({ function: name, at, requestId, message: logged }) => ({
    function: name,
    at: new Date(at).toISOString(),
    request_id: requestId,
    ...logged,
  })),
  ...(gap !== undefined && { log_complete_since: new Date(gap).toISOString() }),
})

const storedObject = ({
  conversation,
  seq,
  sender,
  createdAt,
  editedAt,
  deletedAt,
  recipients,
}: StoredMessage) => ({
  conversation_id: conversation,
  seq,
  sender_id: sender,
  created_at: createdAt,
  edited_at: editedAt,
  deleted_at: deletedAt,
  recipients: recipients.map(({ user, hasRead, joined }) => ({ user_id: user, has_read: hasRead, joined })),
})
