import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createResolver } from '../../../local/stack/resolver.ts'
import { parseTemplate } from '../../../local/stack/template.ts'
import { readAlarms } from '../../support/cloudwatch/alarm.ts'
import { knownMetrics } from '../../support/cloudwatch/known-metrics.ts'
import { defaultTemplate, logicalId, resourcesOf, stacksOf, synthesize } from './synthesize.ts'

const email = 'operator@example.com'
const watched = synthesize({ settings: { alarmEmail: email, budgetUsd: 20, dashboard: true } })
const ALARM = 'AWS::CloudWatch::Alarm'
const runbook = readFileSync('docs/runbook.md', 'utf8')
/** The anchors that GitHub gives to the sections. */
const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
  title.toLowerCase().replaceAll(' ', '-'),
)

const parsed = parseTemplate(JSON.stringify(watched.toJSON()))
const alarms = readAlarms(parsed, createResolver(parsed, 'AdminChat'))

function dimensionsOf(namespace: string, name: string): readonly string[] | undefined {
  return knownMetrics[namespace]?.metrics[name]
}

describe('With an address for alarms', () => {
  it('[OPS-20] each alarm says which section of the runbook helps, and each section is about an alarm or the budget', () => {
    const named = alarms.map(
      ({ description }) => /What to do: docs\/runbook\.md#([\w-]+)$/.exec(description)?.[1],
    )
    expect(new Set([...named, 'budget'])).toEqual(new Set(sections))
  })

  it('[OPS-20] an e-mail is sent when an alarm fires and when it is over', () => {
    const topic = { Ref: logicalId(watched, 'AWS::SNS::Topic', 'Alarms') }
    for (const { Properties } of Object.values(resourcesOf(watched, ALARM))) {
      expect([Properties.AlarmActions, Properties.OKActions]).toEqual([[topic], [topic]])
    }
    watched.hasResourceProperties('AWS::SNS::Subscription', {
      TopicArn: topic,
      Protocol: 'email',
      Endpoint: email,
    })
    const [policy] = Object.values(resourcesOf(watched, 'AWS::SNS::TopicPolicy'))
    expect(policy?.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    )
  })

  it('every metric of an alarm is documented by AWS, with these dimensions', () => {
    for (const { metrics, expression } of alarms) {
      for (const { namespace, name, dimensions } of metrics.values()) {
        expect(Object.keys(dimensions), `${namespace} ${name}`).toEqual(dimensionsOf(namespace, name))
      }
      const [, name = '', namespace = '', names = ''] =
        /^SELECT SUM\((\w+)\) FROM SCHEMA\("([\w/]+)", ([\w, ]+)\)/.exec(expression) ?? []
      if (name) expect(names.split(', ')).toEqual(dimensionsOf(namespace, name))
      expect(metrics.size > 0 || name !== '').toBe(true)
    }
  })

  it('the alarms are these', () => {
    const table = alarms.map((alarm) => {
      const metrics = [...alarm.metrics.values()].map(({ name, dimensions, statistic }) =>
        [statistic, name, ...Object.values(dimensions).map((id) => id.replace(/[0-9A-F]{8}$/, ''))].join(' '),
      )
      const condition = `${alarm.ComparisonOperator === 'LessThanThreshold' ? '<' : '>='} ${alarm.threshold}`
      const periods = `${alarm.datapoints} of ${alarm.periods} x ${alarm.periodMs / 1000} s`
      const calculated = metrics.length === 1 ? [] : [alarm.expression.replace(/'(\w+?)[0-9A-F]{8}'/, "'$1'")]
      return [alarm.id, ...metrics, ...calculated, condition, periods, alarm.TreatMissingData].join(' | ')
    })
    expect(table).toMatchSnapshot()
  })

  it('[OPS-22] they are billed for 29 metrics, as docs/operations.md says', () => {
    const billed = alarms.reduce((sum, { metrics }) => sum + metrics.size, 0)
    expect(billed).toBe(29)
    expect(readFileSync('docs/operations.md', 'utf8')).toContain(`${billed} metrics`)
  })
})

describe('Without settings for it', () => {
  it('[OPS-22] there is no alarm, no topic, no budget and no dashboard', () => {
    for (const type of [ALARM, 'AWS::SNS::Topic', 'AWS::Budgets::Budget', 'AWS::CloudWatch::Dashboard']) {
      defaultTemplate.resourceCountIs(type, 0)
    }
  })
})

describe('The budget', () => {
  it('[OPS-23] sends an e-mail when the costs of the month exceed it, and when they are expected to', () => {
    const [budget] = Object.values(resourcesOf(watched, 'AWS::Budgets::Budget'))
    expect(budget?.Properties.Budget).toEqual({
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: 20, Unit: 'USD' },
    })
    expect(budget?.Properties.NotificationsWithSubscribers).toEqual(
      ['ACTUAL', 'FORECASTED'].map((NotificationType) => ({
        Notification: {
          NotificationType,
          ComparisonOperator: 'GREATER_THAN',
          Threshold: 100,
          ThresholdType: 'PERCENTAGE',
        },
        Subscribers: [{ SubscriptionType: 'EMAIL', Address: email }],
      })),
    )
  })
})

describe('The dashboard', () => {
  const body = JSON.stringify(
    Object.values(resourcesOf(watched, 'AWS::CloudWatch::Dashboard'))[0]?.Properties,
  )

  it('shows the graphs that the runbook names, and only metrics that AWS documents', () => {
    const titles = [...body.matchAll(/\\"title\\":\\"([^"\\]+)\\"/g)].map(([, title]) => title)
    for (const [, graph] of runbook.matchAll(/graph "([^"]+)"/g)) {
      expect(titles).toContain(graph?.replace(/\s+/g, ' '))
    }
    const metrics = [...body.matchAll(/\[\\"(AWS\/\w+)\\",\\"(\w+)\\"/g)]
    expect(metrics.length).toBeGreaterThan(40)
    for (const [, namespace = '', name = ''] of metrics)
      expect(dimensionsOf(namespace, name), name).toBeDefined()
  })

  it('[OPS-22] has at most the 50 metrics that are free of charge', () => {
    expect([...body.matchAll(/\[\\"AWS\//g)].length).toBeLessThanOrEqual(50)
  })
})

describe('[OPS-24] The tag', () => {
  const tag = { application: 'admin-chat' }

  it('is on both stacks, from which CloudFormation copies it to every resource that can have it', () => {
    expect(stacksOf({ settings: { waf: true } }).map(({ tags }) => tags)).toEqual([tag, tag])
  })

  it('is also in the template, at every table, function, queue, API, secret, bucket, alarm and log', () => {
    const { Resources } = watched.toJSON() as {
      Resources: Record<string, { Type: string; Properties: object }>
    }
    const isTagged = ({ Properties }: { readonly Properties: object }) =>
      /"application":"admin-chat"|"Key":"application","Value":"admin-chat"/.test(
        JSON.stringify(Reflect.get(Properties, 'Tags') ?? ''),
      )
    const types = (resources: readonly { readonly Type: string }[]) =>
      new Set(resources.map(({ Type }) => Type))
    const all = Object.entries(Resources).flatMap(([id, resource]) =>
      // The CDK writes these two without tags.
      id.startsWith('CustomS3AutoDelete') ? [] : [resource],
    )
    const untagged = types(all.filter((resource) => !isTagged(resource)))
    for (const type of types(all.filter(isTagged))) expect(untagged).not.toContain(type)
    for (const type of [
      'DynamoDB::Table',
      'Lambda::Function',
      'SQS::Queue',
      'ApiGatewayV2::Api',
      'S3::Bucket',
    ]) {
      expect(untagged).not.toContain(`AWS::${type}`)
    }
    for (const type of ['SecretsManager::Secret', 'CloudWatch::Alarm', 'Logs::LogGroup', 'IAM::Role']) {
      expect(untagged).not.toContain(`AWS::${type}`)
    }
  })
})
