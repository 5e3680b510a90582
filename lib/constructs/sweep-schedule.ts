import { Duration } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'

export interface SweepScheduleProps {
  /** The function that is invoked every minute with `{"task":"sweep"}`. */
  readonly worker: LambdaFunction
}

/** A safety net for the queue: the sweep finishes the work of lost tasks and crashed functions. */
export class SweepSchedule extends Construct {
  constructor(scope: Construct, id: string, props: SweepScheduleProps) {
    super(scope, id)
    new Rule(this, 'EveryMinute', {
      description: 'admin-chat: finishes the work of lost tasks and crashed functions',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaTarget(props.worker, { event: RuleTargetInput.fromObject({ task: 'sweep' }) })],
    })
  }
}
