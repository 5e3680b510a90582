import { TargetError } from './target-error.ts'

/** The outputs without which no command can start. */
const REQUIRED = [
  'SiteUrl',
  'CallbackUrl',
  'TasksQueueUrl',
  'ConnectionsTable',
  'ConversationsTable',
  'InvitationsTable',
  'UsersTable',
]

/** The chat lacks outputs, so no command can use it. The message consists of one sentence and the remedy. */
export class MissingOutputs extends TargetError {
  readonly finding: string
  readonly remedy: string

  constructor(stack: string | undefined, missing: readonly string[], status: string) {
    const finding = `${stack === undefined ? 'The running chat' : `The stack ${stack}${status}`} lacks ${
      missing.length === 1 ? 'the output' : 'the outputs'
    } ${missing.join(', ')}: it is older than this command, or incomplete.`
    const remedy =
      stack === undefined
        ? 'Stop the chat, and start it again with "npm start".'
        : 'Run "npm run deploy", which updates the stack or says what to do first.'
    super(`${finding} ${remedy}`)
    this.finding = finding
    this.remedy = remedy
  }
}

/**
 * Throws `MissingOutputs` if the outputs of a stack, or of the chat on this machine, are not enough to open it.
 * CloudFormation's status of the stack explains why.
 */
export function requireOutputs(
  stack: string | undefined,
  outputs: Readonly<Record<string, string>>,
  status?: string,
): void {
  const missing = REQUIRED.filter((name) => outputs[name] === undefined)
  if (missing.length > 0) throw new MissingOutputs(stack, missing, status === undefined ? '' : ` (${status})`)
}
