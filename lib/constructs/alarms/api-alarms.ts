import { type AlarmRow, perMinute, twoOfFiveMinutes } from './alarm-row.ts'

/** A page that is refused tries again every few seconds. Fewer refusals than this have another cause. */
const MIN_REFUSED_PER_MINUTE = 5

export function apiAlarms(restApiId: string, socketApiId: string): readonly AlarmRow[] {
  const rest = (metricName: string) => perMinute('AWS/ApiGateway', metricName, { ApiId: restApiId }, 'Sum')
  const socket = (metricName: string) =>
    perMinute('AWS/ApiGateway', metricName, { ApiId: socketApiId }, 'Sum')
  return [
    {
      id: 'RestApiFailing',
      problem: 'REST calls are answered with a status from 500 to 599.',
      section: 'rest-errors',
      metric: rest('5xx'),
      threshold: 1,
      periods: twoOfFiveMinutes,
    },
    {
      id: 'SocketApiFailing',
      problem: 'API Gateway got no answer from a function to some handshakes or frames.',
      section: 'websocket-errors',
      metric: socket('ExecutionError'),
      threshold: 1,
      periods: twoOfFiveMinutes,
    },
    {
      id: 'HandshakesRefused',
      problem: `At least ${MIN_REFUSED_PER_MINUTE} handshakes a minute are refused, because of their origin or address, or because they bypass the site.`,
      section: 'refused-handshakes',
      // This metric counts only handshakes, because frames are always answered with status 200.
      metric: socket('IntegrationError'),
      threshold: MIN_REFUSED_PER_MINUTE,
      periods: twoOfFiveMinutes,
    },
  ]
}
