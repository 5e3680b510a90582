import { Duration } from 'aws-cdk-lib'
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { type TableName, tableNames } from '../../permissions.ts'
import type { Tables } from '../tables.ts'
import { type AlarmRow, perMinute, twoOfFiveMinutes } from './alarm-row.ts'

export const tableAlarms = (tables: Pick<Tables, 'nameOf'>): readonly AlarmRow[] =>
  tableNames.flatMap((name) => alarmsOf(name, tables.nameOf(name)))

function alarmsOf(name: TableName, tableName: string): AlarmRow[] {
  const prefix = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Table`
  const throttled = (kind: 'Read' | 'Write'): AlarmRow => ({
    id: `${prefix}${kind}sThrottled`,
    problem: `DynamoDB has throttled ${kind.toLowerCase()}s of the table "${name}".`,
    section: 'throttled-tables',
    metric: perMinute('AWS/DynamoDB', `${kind}ThrottleEvents`, { TableName: tableName }, 'Sum'),
    threshold: 1,
    periods: twoOfFiveMinutes,
  })
  return [
    throttled('Read'),
    throttled('Write'),
    {
      id: `${prefix}Failing`,
      problem: `DynamoDB has answered calls for the table "${name}" with status 500.`,
      section: 'failing-tables',
      // The metric of an operation exists only once that operation has failed. The query costs nothing before that.
      metric: new MathExpression({
        expression: `SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", Operation, TableName) WHERE TableName = '${tableName}'`,
        usingMetrics: {},
        period: Duration.minutes(1),
      }),
      threshold: 1,
      periods: twoOfFiveMinutes,
    },
  ]
}
