import type { TokenClaims } from '../protocol/token-claims.ts'

/** Table names by purpose. */
export type ChatTables = Readonly<ReturnType<typeof chatTables>>

/** Reads the table names from the stack's outputs, which have the same names on a laptop and on AWS. */
export function chatTables(outputs: Readonly<Record<string, string>>) {
  return {
    connections: output(outputs, 'ConnectionsTable'),
    conversations: output(outputs, 'ConversationsTable'),
    invitations: output(outputs, 'InvitationsTable'),
    users: output(outputs, 'UsersTable'),
  }
}

/** Reads the claims that the stack requires of tokens from its outputs. */
export function tokenClaims(outputs: Readonly<Record<string, string>>): TokenClaims {
  return { audience: outputs['TokenAudience'], issuer: outputs['TokenIssuer'] }
}

export function output(outputs: Readonly<Record<string, string>>, name: string): string {
  const value = outputs[name]
  if (value === undefined) throw new Error(`The stack has no output ${name}. Deploy the current version.`)
  return value
}
