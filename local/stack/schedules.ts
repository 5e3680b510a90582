import { z } from 'zod'
import { createTargetLookup } from './invoke-permissions.ts'
import type { Resolve } from './resolver.ts'
import { readResources, type Template, TemplateError } from './template.ts'

/** An EventBridge rule that invokes a function at a fixed rate. */
export interface ScheduleModel {
  readonly intervalMs: number
  readonly functionId: string
  /** The constant input of the rule, which is the event. */
  readonly input: unknown
}

const ruleProperties = z.object({
  EventPattern: z.never('only rules with a schedule').optional(),
  ScheduleExpression: z.string(),
  State: z.literal('ENABLED').default('ENABLED'),
  // Without a constant input the function would receive EventBridge's own event, which the laptop does not emulate.
  Targets: z.array(z.strictObject({ Arn: z.string(), Id: z.string(), Input: z.string() })),
})

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

export function readSchedules(template: Template, resolve: Resolve): readonly ScheduleModel[] {
  const functionOf = createTargetLookup(template, resolve)
  return readResources(template, resolve, 'AWS::Events::Rule', ruleProperties).flatMap(
    ({ id, arn, ScheduleExpression, Targets }) =>
      Targets.map(({ Arn, Input }) => ({
        intervalMs: intervalOf(id, ScheduleExpression),
        functionId: functionOf(`Rule ${id}`, Arn, 'events.amazonaws.com', arn),
        input: JSON.parse(Input) as unknown,
      })),
  )
}

function intervalOf(id: string, expression: string): number {
  const [, count, unit] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(expression) ?? []
  if (count === undefined) throw new TemplateError(`Rule ${id}: the laptop does not emulate ${expression}`)
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
}
