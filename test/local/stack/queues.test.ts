import { describe, expect, it } from 'vitest'
import type { FunctionModel } from '../../../local/stack/functions.ts'
import { readEventSources, readQueues } from '../../../local/stack/queues.ts'
import { createResolver } from '../../../local/stack/resolver.ts'
import { readSchedules } from '../../../local/stack/schedules.ts'
import { parseTemplate } from '../../../local/stack/template.ts'

const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:Tasks'
const polling = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

interface Changes {
  readonly queue?: object
  readonly mapping?: object
  readonly rule?: object
  readonly permission?: object
  readonly invokeConfig?: object
  readonly actions?: readonly string[]
}

/** Reads a stack with a queue, a worker and a schedule, with these changes to a valid template. */
function read({ queue, mapping, rule, permission, invokeConfig, actions = polling }: Changes = {}) {
  const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })
  const resource = (type: string, properties: object, changes: object = {}) => ({
    Type: type,
    Properties: { ...properties, ...changes },
  })
  const template = parseTemplate(
    JSON.stringify({
      Resources: {
        Worker: resource('AWS::Lambda::Function', {}),
        Tasks: resource('AWS::SQS::Queue', {}, queue),
        Mapping: resource(
          'AWS::Lambda::EventSourceMapping',
          { EventSourceArn: arn('Tasks'), FunctionName: { Ref: 'Worker' } },
          mapping,
        ),
        Rule: resource(
          'AWS::Events::Rule',
          {
            ScheduleExpression: 'rate(2 hours)',
            Targets: [
              {
                Arn: arn('Worker'),
                Id: 'T',
                InputTransformer: { InputPathsMap: { at: '$.time' }, InputTemplate: '{"a":1,"time":<at>}' },
              },
            ],
          },
          rule,
        ),
        ...(invokeConfig && {
          InvokeConfig: resource(
            'AWS::Lambda::EventInvokeConfig',
            { FunctionName: { Ref: 'Worker' }, Qualifier: '$LATEST' },
            invokeConfig,
          ),
        }),
        Permission: resource(
          'AWS::Lambda::Permission',
          {
            Action: 'lambda:InvokeFunction',
            FunctionName: arn('Worker'),
            Principal: 'events.amazonaws.com',
            SourceArn: arn('Rule'),
          },
          permission,
        ),
      },
    }),
  )
  const resolve = createResolver(template, 'Stack')
  const worker: FunctionModel = {
    id: 'Worker',
    name: 'Worker',
    arn: 'unused',
    codeDir: '',
    handler: 'index.handler',
    timeoutMs: 30_000,
    memoryMegabytes: 512,
    environment: {},
    logLevel: 'INFO',
    statements: [{ effect: 'Allow', actions, resources: [queueArn] }],
  }
  const queues = readQueues(template, resolve)
  return {
    queues,
    sources: readEventSources(template, resolve, new Map([['Worker', worker]]), queues),
    schedules: readSchedules(template, resolve),
  }
}

describe('queues and schedules of a template', () => {
  it('have the defaults of AWS', () => {
    const { queues, sources, schedules } = read()
    expect(queues).toEqual([
      {
        name: 'Tasks',
        arn: queueArn,
        url: 'https://sqs.eu-west-1.amazonaws.com/000000000000/Tasks',
        visibilityMs: 30_000,
        retentionMs: 345_600_000,
      },
    ])
    expect(sources).toEqual([
      {
        queueArn,
        functionId: 'Worker',
        batchSize: 10,
        batchingWindowMs: 0,
        maxConcurrency: 5,
        reportsItemFailures: false,
      },
    ])
    const retries = { retryAttempts: 2, maxEventAgeMs: 6 * 3_600_000 }
    expect(schedules).toMatchObject([{ intervalMs: 7_200_000, functionId: 'Worker', ...retries }])
    expect(schedules[0]?.inputAt(0)).toEqual({ a: 1, time: '1970-01-01T00:00:00Z' })
  })

  it('have the limits that the template sets', () => {
    const { sources, schedules } = read({
      mapping: { MaximumBatchingWindowInSeconds: 5, ScalingConfig: { MaximumConcurrency: 2 } },
      invokeConfig: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
    })
    expect(sources).toMatchObject([{ batchingWindowMs: 5000, maxConcurrency: 2 }])
    expect(schedules).toMatchObject([{ retryAttempts: 0, maxEventAgeMs: 60_000 }])
  })

  it.each<[string, Changes, RegExp]>([
    [
      'a mapping whose function may not receive',
      { actions: polling.slice(1) },
      /no permission to sqs:Receive/,
    ],
    [
      'a function that may outlast the visibility timeout',
      { queue: { VisibilityTimeout: 29 } },
      /shorter than the function/,
    ],
    ['a rule that may not invoke its target', { permission: { Principal: 's3' } }, /no permission to invoke/],
  ])('are refused where AWS would refuse or fail: %s', (_, changes, sentence) => {
    expect(() => read(changes)).toThrow(sentence)
  })

  it.each<[string, Changes, RegExp]>([
    ['a FIFO queue', { queue: { FifoQueue: true } }, /FifoQueue/],
    ['a filter', { mapping: { FilterCriteria: {} } }, /FilterCriteria/],
    [
      'a single batch at once',
      { mapping: { ScalingConfig: { MaximumConcurrency: 1 } } },
      /MaximumConcurrency/,
    ],
    ['a destination of failed events', { invokeConfig: { DestinationConfig: {} } }, /DestinationConfig/],
    ['a cron expression', { rule: { ScheduleExpression: 'cron(0 8 * * ? *)' } }, /cron\(0 8/],
    ['a rule for events', { rule: { EventPattern: {} } }, /only rules with a schedule/],
    [
      'a dead-letter queue outside the stack',
      { queue: { RedrivePolicy: { deadLetterTargetArn: 'elsewhere', maxReceiveCount: 5 } } },
      /dead-letter queue is not in the stack/,
    ],
  ])('are refused where the laptop would silently differ from AWS: %s', (_, changes, sentence) => {
    expect(() => read(changes)).toThrow(sentence)
  })
})
