import { type Table, update } from './table.ts'

const ROW_TTL_SECONDS = 3600

/**
 * Counts the messages of each user over all conversations, on the row `USER#<id>`, `SENT`. The count is an arrival time
 * of the generic cell rate algorithm (chat/rates.ts). The containers add their counts from time to time.
 */
export function messageCountStore(table: Table) {
  return { addSent }

  /**
   * Adds messages of a user.
   *
   * @param costMs the time that these messages take at the allowed rate
   * @returns the arrival time, with the messages that all containers have added
   */
  async function addSent(user: string, costMs: number, now: number): Promise<number> {
    const Key = { pk: `USER#${user}`, sk: 'SENT' }
    const expires = { ':ttl': Math.floor(now / 1000) + ROW_TTL_SECONDS }
    for (;;) {
      const ahead = await update(table, {
        Key,
        UpdateExpression: 'SET arrival = arrival + :cost, expires_at = :ttl',
        ConditionExpression: 'arrival > :now',
        ExpressionAttributeValues: { ':cost': costMs, ':now': now, ...expires },
        ReturnValues: 'UPDATED_NEW',
      })
      if (ahead) return Number(ahead['arrival'])
      const first = await update(table, {
        Key,
        UpdateExpression: 'SET arrival = :next, expires_at = :ttl',
        ConditionExpression: 'attribute_not_exists(arrival) OR arrival <= :now',
        ExpressionAttributeValues: { ':next': now + costMs, ':now': now, ...expires },
      })
      if (first) return now + costMs
    }
  }
}
