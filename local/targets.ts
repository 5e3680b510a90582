/** Names of the tables, by what they hold. */
export interface ChatTables {
  readonly connections: string
  readonly conversations: string
  readonly invitations: string
  readonly users: string
}

/** Finds the tables through the stack's outputs, the same on a laptop and on AWS. */
export function chatTables(outputs: Readonly<Record<string, string>>): ChatTables {
  return {
    connections: output(outputs, 'ConnectionsTable'),
    conversations: output(outputs, 'ConversationsTable'),
    invitations: output(outputs, 'InvitationsTable'),
    users: output(outputs, 'UsersTable'),
  }
}

export function output(outputs: Readonly<Record<string, string>>, name: string): string {
  const value = outputs[name]
  if (value === undefined) throw new Error(`The stack has no output ${name}`)
  return value
}
