/** The metrics that AWS documents, as far as alarms and the dashboard use them: dimensions by namespace and name. */
export const knownMetrics: Readonly<
  Record<string, { readonly source: string; readonly metrics: Readonly<Record<string, readonly string[]>> }>
> = {
  'AWS/Lambda': {
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    metrics: {
      Invocations: ['FunctionName'],
      Errors: ['FunctionName'],
      Throttles: ['FunctionName'],
      Duration: ['FunctionName'],
      AsyncEventsReceived: ['FunctionName'],
      AsyncEventsDropped: ['FunctionName'],
      // Of all functions of the account in the Region.
      ConcurrentExecutions: [],
      ClaimedAccountConcurrency: [],
    },
  },
  'AWS/SQS': {
    source:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    metrics: {
      ApproximateAgeOfOldestMessage: ['QueueName'],
      ApproximateNumberOfMessagesDelayed: ['QueueName'],
      ApproximateNumberOfMessagesVisible: ['QueueName'],
    },
  },
  'AWS/ApiGateway': {
    // The first three are of HTTP APIs, the others of WebSocket APIs:
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
    source:
      'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html',
    metrics: {
      Count: ['ApiId'],
      '4xx': ['ApiId'],
      '5xx': ['ApiId'],
      ConnectCount: ['ApiId'],
      MessageCount: ['ApiId'],
      IntegrationError: ['ApiId'],
      ExecutionError: ['ApiId'],
    },
  },
  'AWS/DynamoDB': {
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html',
    metrics: {
      ConsumedReadCapacityUnits: ['TableName'],
      ConsumedWriteCapacityUnits: ['TableName'],
      ReadThrottleEvents: ['TableName'],
      WriteThrottleEvents: ['TableName'],
      SystemErrors: ['Operation', 'TableName'],
    },
  },
}
