import { z } from 'zod'
import { readInvokePermissions } from './invoke-permissions.ts'
import type { Resolve } from './resolver.ts'
import { resourcesOfType, type Template, TemplateError } from './template.ts'

/** A rule of EventBridge that invokes a function again and again. */
export interface ScheduleModel {
  /** Logical id of the rule. */
  readonly id: string
  readonly intervalMs: number
  readonly functionId: string
  /** The constant event. */
  readonly input: unknown
}

const ruleProperties = z.object({
  EventPattern: z.never('only rules with a schedule').optional(),
  ScheduleExpression: z.string(),
  State: z.literal('ENABLED').default('ENABLED'),
  // Without a constant input the function would get EventBridge's own event.
  Targets: z.array(z.strictObject({ Arn: z.string(), Id: z.string(), Input: z.string() })),
})

const unitMillis = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

export function readSchedules(template: Template, resolve: Resolve): readonly ScheduleModel[] {
  const { functionOf, permits } = readInvokePermissions(template, resolve)
  return resourcesOfType(template, 'AWS::Events::Rule').flatMap(([id, { Properties }]) => {
    const parsed = ruleProperties.safeParse(resolve(Properties))
    if (!parsed.success) {
      throw new TemplateError(`The laptop cannot play rule ${id}:\n${z.prettifyError(parsed.error)}`)
    }
    const intervalMs = intervalOf(id, parsed.data.ScheduleExpression)
    const ruleArn = String(resolve({ 'Fn::GetAtt': [id, 'Arn'] }))
    return parsed.data.Targets.map(({ Arn, Input }) => {
      const functionId = functionOf(Arn)
      if (functionId === undefined) throw new TemplateError(`Rule ${id}: ${Arn} is no function of the stack`)
      if (!permits('events.amazonaws.com', functionId, ruleArn)) {
        throw new TemplateError(`Rule ${id}: EventBridge has no permission to invoke ${functionId}`)
      }
      return { id, intervalMs, functionId, input: JSON.parse(Input) as unknown }
    })
  })
}

function intervalOf(id: string, expression: string): number {
  const [, count, unit] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(expression) ?? []
  if (count === undefined) throw new TemplateError(`Rule ${id}: the laptop does not play ${expression}`)
  return Number(count) * unitMillis[unit as keyof typeof unitMillis]
}
