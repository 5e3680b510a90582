import { Duration } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { EventInvokeConfig, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'

export interface SweepScheduleProps {
  /** The function that is invoked every minute with `{"task":"sweep"}`. */
  readonly worker: LambdaFunction
}

/** The next sweep makes up for one that failed or could not start, so that none is worth repeating. */
const NO_RETRIES = { retryAttempts: 0, maxEventAge: Duration.minutes(1) }

/** A safety net for the queue: the sweep finishes the work of lost tasks and crashed functions. */
export class SweepSchedule extends Construct {
  constructor(scope: Construct, id: string, props: SweepScheduleProps) {
    super(scope, id)
    new Rule(this, 'EveryMinute', {
      description: 'admin-chat: finishes the work of lost tasks and crashed functions',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        // Governs only how EventBridge hands the event over to Lambda's own queue, by default for 24 hours.
        new LambdaTarget(props.worker, {
          event: RuleTargetInput.fromObject({ task: 'sweep' }),
          ...NO_RETRIES,
        }),
      ],
    })
    // Governs what Lambda does from then on: by default it would retry a throttled sweep for six hours, so that old sweeps
    // would use up the concurrency of a busy account.
    new EventInvokeConfig(this, 'Invocations', { function: props.worker, ...NO_RETRIES })
  }
}
