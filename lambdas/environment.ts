/**
 * The names of the environment variables that tie a function to its resources. The stack sets them together
 * with the permission to use what they name; the entry files read them. Nothing else does either.
 */
export const environment = {
  connectionsTable: 'CONNECTIONS_TABLE',
  conversationsTable: 'CONVERSATIONS_TABLE',
  invitationsTable: 'INVITATIONS_TABLE',
  usersTable: 'USERS_TABLE',
  /** ARN of the Secrets Manager secret that signs tokens. */
  jwtSecret: 'JWT_SECRET_ARN',
  /** The limits on use as JSON, `Rates` in protocol/limits.ts. */
  rates: 'RATES',
  /** What is switched on as JSON, `Features` in protocol/features.ts. */
  features: 'FEATURES',
  /** New connections that one address may open in a minute; 0 means any number. */
  connectionsPerAddress: 'CONNECTIONS_PER_ADDRESS',
  /** URL of the SQS queue of tasks. */
  tasksQueue: 'TASKS_QUEUE_URL',
  /** Comma-separated origins whose handshakes are accepted. */
  allowedOrigins: 'ALLOWED_ORIGINS',
  /**
   * The stage's callback URL. The SDK reads this variable by itself
   * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html), so that the same handler
   * posts to API Gateway on AWS and to the gateway on a laptop.
   */
  callbackUrl: 'AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI',
} as const
