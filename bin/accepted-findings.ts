/** A finding of `npm run check:stack` that is accepted on purpose. */
export interface AcceptedFinding {
  /** Id of the rule, such as `AwsSolutions-S1`. */
  readonly rule: string
  /** Matches the path of the construct. If the finding has a detail, it follows in brackets. */
  readonly where: RegExp
  /** Why it is accepted. */
  readonly reason: string
}

/** The CDK's own function that uploads the files of the site during a deployment, and the role of that function. */
const UPLOAD = /^AdminChat\/Custom::CDKBucketDeployment/
const FUNCTION = /^AdminChat\/Functions\/\w+\/Function\/Resource$/
const STAGE = /^AdminChat\/(SocketApi|RestApi)\/Stage\/Resource$/

/** An entry that no longer matches any finding must be removed. */
export const acceptedFindings: readonly AcceptedFinding[] = [
  {
    rule: 'AwsSolutions-DDB3',
    where: /^AdminChat\/Tables\/Connections\//,
    reason: 'The rows are worthless once the sockets are closed, so there is nothing to restore.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    where: /^AdminChat\/TokenSecret\//,
    reason:
      "The operator's backend signs tokens with this secret, so only the operator can rotate it (docs/operations.md).",
  },
  {
    rule: 'AwsSolutions-SMG4',
    where: /^AdminChat\/SiteSecret\//,
    reason:
      'This secret gives no access to the chat, and a rotation would reach the functions only with the next deployment.',
  },
  {
    rule: 'AwsSolutions-APIG4',
    where: /^AdminChat\/(SocketApi\/Api|RestApi)\//,
    reason:
      'The functions verify the token. An authorizer cannot see frames, and REST calls use the same code.',
  },
  {
    rule: 'AwsSolutions-APIG1',
    where: STAGE,
    reason:
      'The setting accessLogs switches access logs on. They cost money and need a role that is set for the account.',
  },
  { rule: 'Serverless-APIGWAccessLogging', where: STAGE, reason: 'As for AwsSolutions-APIG1.' },
  {
    rule: 'AwsSolutions-IAM5',
    where:
      /^AdminChat\/Functions\/\w+\/Role\/.*\[Resource::arn:.*\/prod\/(GET|POST|DELETE)\/@connections\/\*\]$/,
    reason: 'The ids of connections are not known in advance. The API, the stage and the method are fixed.',
  },
  {
    rule: 'AwsSolutions-S1',
    where: /^AdminChat\/Site\/Files\/Bucket\//,
    reason: 'Only the distribution reads the bucket, and all files in it are public.',
  },
  {
    rule: 'AwsSolutions-CFR1',
    where: /^AdminChat\/Site\/Distribution\//,
    reason: 'Users may be in any country.',
  },
  {
    rule: 'AwsSolutions-CFR2',
    where: /^AdminChat\/Site\/Distribution\//,
    reason: 'The setting waf switches the firewall on, for about 6 US dollars a month.',
  },
  {
    rule: 'AwsSolutions-CFR3',
    where: /^AdminChat\/Site\/Distribution\//,
    reason:
      'The setting accessLogs switches on access logs for the APIs behind the distribution. The files are public.',
  },
  {
    rule: 'AwsSolutions-CFR4',
    where: /^AdminChat\/Site\/Distribution\//,
    reason: 'CloudFront sets the TLS versions of its default domain. A custom domain requires TLS 1.2.',
  },
  { rule: 'AwsSolutions-IAM4', where: UPLOAD, reason: 'The CDK writes this role.' },
  {
    rule: 'AwsSolutions-IAM5',
    where: UPLOAD,
    reason: 'The CDK writes this policy, for the two buckets alone.',
  },
  { rule: 'AwsSolutions-L1', where: UPLOAD, reason: 'The CDK chooses the runtime of its own function.' },
  { rule: 'Serverless-LambdaLatestVersion', where: UPLOAD, reason: 'As for AwsSolutions-L1.' },
  {
    rule: 'Serverless-LambdaDLQ',
    where: UPLOAD,
    reason: 'CloudFormation invokes this function, waits for its answer, and reports a failure.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    where: FUNCTION,
    reason:
      'Three of the functions answer clients directly. The tasks of the worker have a dead-letter queue, and the sweep needs none.',
  },
  { rule: 'Serverless-LambdaTracing', where: UPLOAD, reason: 'This function runs only during a deployment.' },
  {
    rule: 'Serverless-LambdaTracing',
    where: FUNCTION,
    reason:
      'X-Ray costs 5 US dollars for a million traces. Each invocation logs its route, outcome and calls.',
  },
  {
    rule: 'Serverless-SQSRedrivePolicy',
    where: /^AdminChat\/Tasks\/DeadLetters\//,
    reason: 'It is the dead-letter queue.',
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    where: /^AdminChat\/Tasks\/Worker\//,
    reason: 'Lambda ignores a failure destination for a queue. The queue has a dead-letter queue instead.',
  },
  {
    rule: 'Serverless-EventBusDLQ',
    where: /^AdminChat\/Sweep\/EveryMinute\//,
    reason: 'The next sweep does the work of a lost sweep, and an alarm reports missing sweeps.',
  },
  {
    rule: 'Serverless-LambdaAsyncFailureDestination',
    where: /^AdminChat\/Sweep\/Invocations\//,
    reason: 'As for Serverless-EventBusDLQ.',
  },
  {
    rule: 'Serverless-SNSRedrivePolicy',
    where: /^AdminChat\/Alarms\/Email\//,
    reason: 'SNS does not know whether an e-mail arrived. The state of each alarm is in CloudWatch.',
  },
]
