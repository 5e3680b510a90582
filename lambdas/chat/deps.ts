import type { Features } from '../../protocol/features.ts'
import type { Rates } from '../../protocol/limits.ts'
import type { TokenClaims } from '../../protocol/token-claims.ts'
import type { Poster } from '../delivery/poster.ts'
import type { Memory } from '../memory.ts'
import type { Audit, SecretSource } from '../model.ts'
import type { AuthenticationStore } from '../stores/authentication.ts'
import type { ConnectionStore } from '../stores/connections.ts'
import type { ConversationStore } from '../stores/conversations.ts'
import type { HandshakeStore } from '../stores/handshakes.ts'
import type { InvitationStore } from '../stores/invitations.ts'
import type { LogStore } from '../stores/log.ts'
import type { MembershipStore } from '../stores/memberships.ts'
import type { PresenceStore } from '../stores/presence.ts'
import type { RegisterStore } from '../stores/register.ts'
import type { SubscriptionStore } from '../stores/subscriptions.ts'
import type { TaskQueue } from '../stores/tasks.ts'
import type { UserStore } from '../stores/users.ts'

/** Everything that the chat rules depend on. Each function composes only what its own rules need. */
export interface Deps {
  readonly authentication: AuthenticationStore
  readonly connections: ConnectionStore
  readonly subscriptions: SubscriptionStore
  readonly handshakes: HandshakeStore
  readonly register: RegisterStore
  readonly conversations: ConversationStore
  readonly log: LogStore
  readonly memberships: MembershipStore
  readonly invitations: InvitationStore
  readonly users: UserStore
  readonly presence: PresenceStore
  readonly secrets: SecretSource
  /** The claims that tokens must have. */
  readonly tokenClaims: TokenClaims
  readonly poster: Poster
  readonly tasks: TaskQueue
  /** Logs an error that the client does not receive. */
  readonly report: (error: unknown) => void
  /** Logs an event that concerns security. */
  readonly audit: Audit
  readonly memory: Memory
  readonly rates: Rates
  /** Counts a REST call of a user. Throws `rate_limited` if the user is too fast. */
  readonly admitCall: (user: string) => void
  readonly features: Features
  /** Messages that are older than this are gone; `Infinity` if they are kept. */
  readonly retentionMs: number
  /** Epoch milliseconds. */
  readonly now: () => number
  /** A new unguessable id of 22 characters, `A-Z a-z 0-9 _ -`. */
  readonly newId: () => string
}

/** The dependencies of `$connect` and `$disconnect`. */
export type LifecycleDeps = Pick<
  Deps,
  'connections' | 'register' | 'handshakes' | 'tasks' | 'memory' | 'report' | 'now'
>

/** The dependencies of every other function, because any of them may have to clean up a connection. */
export type ConnectionDeps = Pick<
  Deps,
  'connections' | 'register' | 'subscriptions' | 'presence' | 'tasks' | 'features' | 'report' | 'now'
>

/** The dependencies of functions that read conversations and post to connections. */
export type ConversationDeps = ConnectionDeps & Pick<Deps, 'conversations' | 'log' | 'poster' | 'retentionMs'>

/** The dependencies of functions that also receive messages. */
export type MessageDeps = ConversationDeps & Pick<Deps, 'memory' | 'rates' | 'newId' | 'audit'>

/** The dependencies of functions that show users to others. */
export type PeopleDeps = ConnectionDeps & Pick<Deps, 'users' | 'memory'>

/** The dependencies of functions that change who takes part in a conversation. */
export type MembershipDeps = MessageDeps & Pick<Deps, 'memberships' | 'users'>

export type WorkerDeps = MembershipDeps & Pick<Deps, 'invitations'>

/** The dependencies of the REST handlers. */
export type RestDeps = Omit<Deps, 'handshakes'>

/** The dependencies of the frame handlers. */
export type SocketDeps = Omit<RestDeps, 'invitations' | 'memberships' | 'admitCall'>
