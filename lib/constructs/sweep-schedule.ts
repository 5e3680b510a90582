import { Duration } from 'aws-cdk-lib'
import { EventField, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { EventInvokeConfig, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'

export interface SweepScheduleProps {
  /** The function that is invoked every minute with `{"task":"sweep","time":…}`. */
  readonly worker: LambdaFunction
}

/** A sweep that failed or could not start is not retried, because the next one does its work. */
const NO_RETRIES = { retryAttempts: 0, maxEventAge: Duration.minutes(1) }

/** The schedule of the sweep, which finishes the work of lost tasks and crashed functions. */
export class SweepSchedule extends Construct {
  constructor(scope: Construct, id: string, props: SweepScheduleProps) {
    super(scope, id)
    new Rule(this, 'EveryMinute', {
      description: 'admin-chat: finishes the work of lost tasks and crashed functions',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        // These limits apply only to the delivery from EventBridge to Lambda's own queue. By default, EventBridge would
        // try for 24 hours.
        new LambdaTarget(props.worker, {
          event: RuleTargetInput.fromObject({ task: 'sweep', time: EventField.time }),
          ...NO_RETRIES,
        }),
      ],
    })
    // These limits apply to what Lambda does after that. By default, it would retry a throttled sweep for six hours,
    // and old sweeps would use up the concurrency of a busy account.
    new EventInvokeConfig(this, 'Invocations', { function: props.worker, ...NO_RETRIES })
  }
}
