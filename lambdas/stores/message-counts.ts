import { type Table, update } from './table.ts'

const ROW_TTL_SECONDS = 3600

/**
 * How many messages each user has sent to all conversations together, on the row `USER#<id>`, `SENT`: the arrival time
 * of the generic cell rate algorithm (chat/rates.ts), and when a container last added messages. The containers add their
 * counts from time to time. Their clocks may differ, so both are times on the fastest clock.
 */
export function messageCountStore(table: Table) {
  return { addSent }

  /**
   * Adds messages of a user.
   *
   * @param costMs the time that these messages take at the allowed rate
   * @returns the arrival time on the clock of this container, with the messages that all containers have added
   */
  async function addSent(user: string, costMs: number, now: number): Promise<number> {
    const set = (
      UpdateExpression: string,
      ConditionExpression: string,
      values: Readonly<Record<string, number>>,
    ) =>
      update(table, {
        Key: { pk: `USER#${user}`, sk: 'SENT' },
        UpdateExpression: `SET expires_at = :ttl, ${UpdateExpression}`,
        ConditionExpression,
        ExpressionAttributeValues: {
          ...values,
          ':now': now,
          ':ttl': Math.floor(now / 1000) + ROW_TTL_SECONDS,
        },
        ReturnValues: 'ALL_NEW',
      })
    const cost = { ':cost': costMs }
    for (;;) {
      const row =
        (await set(
          'arrival = :next, added_at = :now',
          'attribute_not_exists(added_at) OR (added_at <= :now AND arrival <= :now)',
          { ':next': now + costMs },
        )) ??
        (await set(
          'arrival = arrival + :cost, added_at = :now',
          'added_at <= :now AND arrival > :now',
          cost,
        )) ??
        // The clock of another container is faster.
        (await set('arrival = arrival + :cost', 'added_at > :now', cost))
      if (row) return now + Number(row['arrival']) - Math.max(now, Number(row['added_at']))
    }
  }
}
