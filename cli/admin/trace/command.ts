import { Command } from 'commander'
import { seqOfMessageId } from '../../../lambdas/chat/entries/message.ts'
import { printable } from '../../../protocol/text.ts'
import { field, type LogLine } from '../../logs/logs.ts'
import { print, targetOf } from '../../run.ts'
import { type Target, TargetError } from '../../target.ts'
import { linesOfMessage, linesOfRequest } from './find.ts'
import { logLines, problems, storedLines } from './lines.ts'
import { type StoredMessage, storedMessage } from './stored.ts'

const help = `
Examples:
  npm run admin -- trace 7-h3XbqkWcJtM0o2n4l5p6aQ
  npm run admin -- trace 7-h3XbqkWcJtM0o2n4l5p6aQ --conversation nV0b…     if the log no longer has it
  npm run admin -- trace 2f9f6c3e-…                                       a request id of the log
  npm run admin -- trace AbCdEfGhIjKlMno=                                 the requestId of an API Gateway error
  npm run admin -- trace ba4db974-7a66-…                                  the id of a dead letter

The id of a message contains its seq but not its conversation, which the log names. The text of a message is never
printed.

Exit code: 0 if anything was found, otherwise 1.`

/** What the rows and the log say about one message or one request. */
interface Trace {
  readonly message: string | undefined
  readonly stored: StoredMessage | undefined
  readonly lines: readonly LogLine[]
}

/** Shows what became of a message, a request or a task. */
export const traceCommand = () =>
  new Command('trace')
    .description('Show what became of a message, a request or a task, from the tables and the log.')
    .argument('<message id | request id | task id>')
    .option('--conversation <id>', 'the conversation of the message, if the log no longer has it')
    .addHelpText('after', help)
    .action(async (id: string, { conversation }: { readonly conversation?: string }, command: Command) => {
      const trace = await traceOf(await targetOf(command), id, conversation)
      const { message, stored, lines } = trace
      const texts = [
        ...(message && stored ? storedLines(message, stored) : []),
        ...(message && !stored ? [`Message ${message} is not stored: the conversation was removed.`] : []),
        ...logLines(lines),
        ...(lines.length === 0
          ? ['The log has no line about it: it may be older than the log is kept.']
          : []),
        ...problems(lines, stored?.recipients.length ?? 0),
      ]
      print(command, toObject(trace), texts.map(printable))
    })

async function traceOf({ deps, logs }: Target, id: string, conversation: string | undefined): Promise<Trace> {
  const seq = seqOfMessageId(id)
  if (seq !== undefined && conversation !== undefined) {
    const stored = await storedMessage(deps, id, conversation, seq)
    if (!stored) throw new TargetError(`Conversation ${conversation} has no message ${id}.`)
    return { message: id, stored, lines: await linesOfMessage(logs, deps.now(), id) }
  }
  const lines = await (seq === undefined ? linesOfRequest : linesOfMessage)(logs, deps.now(), id)
  if (lines.length === 0) {
    throw new TargetError(
      seq === undefined
        ? `The log of the last 30 days has no request or task ${id}.`
        : `The log of the last 30 days does not name the conversation of ${id}. Add --conversation ID.`,
    )
  }
  const send = lines.find((line) => field(line, 'message_id') !== '')
  if (!send) return { message: undefined, stored: undefined, lines }
  const message = field(send, 'message_id')
  const stored = await storedMessage(deps, message, field(send, 'conversation'), Number(send.message['seq']))
  // A request leads to its message, and the message to what the worker did later.
  return {
    message,
    stored,
    lines: seq === undefined ? await linesOfMessage(logs, deps.now(), message) : lines,
  }
}

const toObject = ({ message, stored, lines }: Trace) => ({
  ...(message && { message_id: message, stored: stored ? storedObject(stored) : null }),
  log: lines.map(({ function: name, at, requestId, message: logged }) => ({
    function: name,
    at: new Date(at).toISOString(),
    request_id: requestId,
    ...logged,
  })),
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
