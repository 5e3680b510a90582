/** Table names by purpose. */
export type ChatTables = Readonly<ReturnType<typeof chatTables>>

/** Reads the table names from the stack's outputs, which a laptop and AWS have in common. */
export function chatTables(outputs: Readonly<Record<string, string>>) {
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
