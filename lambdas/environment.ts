/**
 * The environment variables that connect a function to its resources. The stack sets each variable together with the
 * permission to use the resource; only compose.ts reads them.
 */
export const environment = {
  connectionsTable: 'CONNECTIONS_TABLE',
  conversationsTable: 'CONVERSATIONS_TABLE',
  invitationsTable: 'INVITATIONS_TABLE',
  usersTable: 'USERS_TABLE',
  /** ARN of the Secrets Manager secret that signs tokens. */
  jwtSecret: 'JWT_SECRET_ARN',
  /** Claims that tokens must have as JSON, `TokenClaims` in protocol/token-claims.ts. */
  tokenClaims: 'TOKEN_CLAIMS',
  /** Rate limits as JSON, `Rates` in protocol/limits.ts. */
  rates: 'RATES',
  /** Optional features as JSON, `Features` in protocol/features.ts. */
  features: 'FEATURES',
  /** For how many days an invitation can be answered. */
  invitationDays: 'INVITATION_DAYS',
  /** After how many days messages are removed; 0 means never. */
  retentionDays: 'RETENTION_DAYS',
  /** How many new connections one address may open per minute; 0 means no limit. */
  connectionsPerAddress: 'CONNECTIONS_PER_ADDRESS',
  /** URL of the SQS queue of tasks. */
  tasksQueue: 'TASKS_QUEUE_URL',
  /** Comma-separated origins whose handshakes and REST calls are accepted. */
  allowedOrigins: 'ALLOWED_ORIGINS',
  /** The secret by which the site's distribution identifies itself. */
  siteSecret: 'SITE_SECRET',
  /** `true` if calls that bypass the site are refused. */
  siteOnly: 'SITE_ONLY',
  /** Salt of the hashes that name users in the log. */
  logSalt: 'LOG_SALT',
  /** Namespace of the custom metrics; absent if there are none. */
  metricsNamespace: 'METRICS_NAMESPACE',
  /**
   * The callback URL of the stage, read by aws.ts. The name is the SDK's own
   * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). Because of this variable, the same
   * code posts to API Gateway on AWS and to the emulated gateway on a laptop.
   */
  callbackUrl: 'AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI',
} as const
