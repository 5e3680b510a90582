import { z } from 'zod'
import { createTargetLookup } from './invoke-permissions.ts'
import type { Resolve } from './resolver.ts'
import { readResources, type Template, TemplateError } from './template.ts'

/** An EventBridge rule that invokes a function at a fixed rate. */
export interface ScheduleModel {
  readonly intervalMs: number
  readonly functionId: string
  /** How often Lambda runs the function again if it fails. */
  readonly retryAttempts: number
  /** For how long Lambda tries to run the function, including the time while its invocations are throttled. */
  readonly maxEventAgeMs: number
  /** The event for a run at this time, epoch milliseconds. */
  readonly inputAt: (time: number) => unknown
}

const ruleProperties = z.object({
  EventPattern: z.never('only rules with a schedule').optional(),
  ScheduleExpression: z.string(),
  State: z.literal('ENABLED').default('ENABLED'),
  // Without an input template, the function would receive EventBridge's own event, which the laptop does not emulate.
  Targets: z.array(
    z.strictObject({
      Arn: z.string(),
      Id: z.string(),
      InputTransformer: z.strictObject({
        InputPathsMap: z.record(z.string(), z.literal('$.time')),
        InputTemplate: z.string(),
      }),
      // The policy applies to the delivery to Lambda, which never fails on the laptop.
      RetryPolicy: z.object({}).optional(),
    }),
  ),
})

/**
 * How Lambda handles the event after EventBridge has delivered it. The defaults are those of Lambda:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const invokeConfigProperties = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumRetryAttempts: z.int().min(0).max(2).default(2),
  MaximumEventAgeInSeconds: z.int().min(60).max(21_600).default(21_600),
})

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

export function readSchedules(template: Template, resolve: Resolve): readonly ScheduleModel[] {
  const functionOf = createTargetLookup(template, resolve)
  const configs = readResources(template, resolve, 'AWS::Lambda::EventInvokeConfig', invokeConfigProperties)
  const defaults = invokeConfigProperties.parse({ FunctionName: '', Qualifier: '$LATEST' })
  return readResources(template, resolve, 'AWS::Events::Rule', ruleProperties).flatMap(
    ({ id, arn, ScheduleExpression, Targets }) =>
      Targets.map(({ Arn, InputTransformer }) => {
        const functionId = functionOf(`Rule ${id}`, Arn, 'events.amazonaws.com', arn)
        const config = configs.find(({ FunctionName }) => nameOf(FunctionName) === nameOf(Arn)) ?? defaults
        return {
          intervalMs: intervalOf(id, ScheduleExpression),
          functionId,
          retryAttempts: config.MaximumRetryAttempts,
          maxEventAgeMs: config.MaximumEventAgeInSeconds * 1000,
          inputAt: (time) => inputOf(InputTransformer, time),
        }
      }),
  )
}

/** Replaces the variables in the input template. EventBridge's time has no milliseconds. */
function inputOf(
  { InputPathsMap, InputTemplate }: { readonly InputPathsMap: object; readonly InputTemplate: string },
  time: number,
): unknown {
  const value = JSON.stringify(new Date(time).toISOString().replace(/\.\d+/, ''))
  const names = Object.keys(InputPathsMap)
  return JSON.parse(names.reduce((text, name) => text.replaceAll(`<${name}>`, value), InputTemplate))
}

/** The name of a function. `reference` is its name or its ARN. */
const nameOf = (reference: string) => reference.split(':').at(-1)

function intervalOf(id: string, expression: string): number {
  const [, count, unit] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(expression) ?? []
  if (count === undefined) throw new TemplateError(`Rule ${id}: the laptop does not emulate ${expression}`)
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
}
