import { describe, expect, it } from 'vitest'
import { defaultTemplate, logicalId, resourcesOf } from './synthesize.ts'

const template = defaultTemplate
const QUEUE = 'AWS::SQS::Queue'
const only = (type: string, prefix: string) => {
  const id = logicalId(template, type, prefix)
  return { id, properties: resourcesOf(template, type)[id]?.Properties }
}
const queue = only(QUEUE, 'TasksQueue')
const deadLetters = only(QUEUE, 'TasksDeadLetters')
const worker = only('AWS::Lambda::Function', 'FunctionsWorker')

describe('The task queue', () => {
  it('[OPS-6] moves a task to the dead-letter queue after five deliveries, and keeps it there for 14 days', () => {
    expect(queue.properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters.id, 'Arn'] },
      maxReceiveCount: 5,
    })
    expect(deadLetters.properties.MessageRetentionPeriod).toBe(14 * 24 * 3600)
    template.resourceCountIs(QUEUE, 2)
  })

  it("hides a delivered task for six times the worker's timeout", () => {
    expect(queue.properties.VisibilityTimeout).toBe(6 * worker.properties.Timeout)
  })

  it.each([queue, deadLetters])('$id is encrypted at rest and refuses calls without TLS', (each) => {
    expect(each.properties.SqsManagedSseEnabled).toBe(true)
    const policies = Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy'))
    const policy = policies.find(({ Properties }) => Properties.Queues[0].Ref === each.id)
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ])
  })

  it('[OPS-6] gathers up to ten tasks for a second, runs the worker at most twice at once, and retries only failed tasks', () => {
    expect(only('AWS::Lambda::EventSourceMapping', 'TasksWorker').properties).toEqual({
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
      EventSourceArn: { 'Fn::GetAtt': [queue.id, 'Arn'] },
      FunctionName: { Ref: worker.id },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      Tags: [{ Key: 'application', Value: 'admin-chat' }],
    })
  })
})

describe('The schedule', () => {
  const rule = only('AWS::Events::Rule', 'SweepEveryMinute')

  it('[OPS-7] invokes the worker every minute, and says when', () => {
    expect(rule.properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [
        expect.objectContaining({
          Arn: { 'Fn::GetAtt': [worker.id, 'Arn'] },
          InputTransformer: {
            InputPathsMap: { time: '$.time' },
            InputTemplate: '{"task":"sweep","time":<time>}',
          },
        }),
      ],
    })
  })

  it('[OPS-7] drops a sweep that failed, or that could not start within a minute', () => {
    const retries = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }
    expect(rule.properties.Targets[0].RetryPolicy).toEqual(retries)
    expect(only('AWS::Lambda::EventInvokeConfig', 'SweepInvocations').properties).toEqual({
      FunctionName: { Ref: worker.id },
      Qualifier: '$LATEST',
      ...retries,
    })
  })

  it('is the only rule that may invoke it', () => {
    const permissions = Object.values(resourcesOf(template, 'AWS::Lambda::Permission'))
    const ofWorker = permissions.filter(
      ({ Properties }) => Properties.FunctionName['Fn::GetAtt'][0] === worker.id,
    )
    expect(ofWorker.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [rule.id, 'Arn'] },
      }),
    ])
  })
})
