import type { WorkerFaults } from '../aws/lambda/container.ts'
import { type Invoke, ThrottledError } from '../aws/lambda/invoke.ts'
import { eventKind } from './event-kind.ts'
import type { FaultSettings } from './options.ts'
import type { Dice } from './random.ts'

/** A killed invocation ends at one of its first remote calls; a send makes about six. */
const MAX_CALLS = 6

/** Throttles invocations, reorders messages, and delivers events twice concurrently. */
export function faultyInvocations(
  invoke: Invoke,
  { throttled, twice, reordered, delayMillis }: FaultSettings['invocations'],
  dice: Dice,
): Invoke {
  if (throttled === 0 && twice === 0 && reordered === 0) return invoke
  return async (functionId, event, isWanted) => {
    if (dice.choose('invocations', { throttled })) throw new ThrottledError()
    const kind = eventKind(event)
    if (kind !== 'message' && kind !== 'batch') return invoke(functionId, event, isWanted)
    const isDuplicated = dice.choose('invocations', { twice }) !== undefined
    // Batches are not reordered: a queue guarantees no order anyway.
    if (kind === 'message' && dice.choose('invocations', { reordered })) {
      const delay = dice.upTo('invocations.delayMillis', delayMillis)
      await new Promise((resolve) => setTimeout(resolve, delay).unref())
    }
    const first = invoke(functionId, event)
    // The caller only sees the first result; any harm that the duplicate does is visible in the tables.
    if (isDuplicated) invoke(functionId, event).catch(() => undefined)
    return first
  }
}

/** Loses, delays and repeats `$disconnect` events: AWS delivers them on a best-effort basis. */
export function faultyDisconnects(
  invoke: Invoke,
  { lateMillis, ...chances }: FaultSettings['disconnect'],
  dice: Dice,
): Invoke {
  if (Object.values(chances).every((chance) => chance === 0)) return invoke
  return async (functionId, event, isWanted) => {
    if (eventKind(event) !== 'disconnect') return invoke(functionId, event, isWanted)
    switch (dice.choose('disconnect', chances)) {
      case 'lost':
        return { statusCode: 200 }
      case 'late':
        await new Promise((resolve) => setTimeout(resolve, lateMillis).unref())
        return invoke(functionId, event)
      case 'twice':
        await invoke(functionId, event)
        return invoke(functionId, event)
      default:
        return invoke(functionId, event)
    }
  }
}

/** Faults of the containers themselves; undefined if none is on. */
export function workerFaults(
  { invocations: { killed }, clockOffsetMillis }: Pick<FaultSettings, 'invocations' | 'clockOffsetMillis'>,
  dice: Dice,
): WorkerFaults | undefined {
  if (killed === 0 && clockOffsetMillis === 0) return undefined
  return {
    diesAtCall: () =>
      dice.choose('invocations', { killed }) && 1 + dice.upTo('invocations.diesAtCall', MAX_CALLS - 1),
    clockOffsetMs: () => dice.upTo('clockOffsetMillis', 2 * clockOffsetMillis) - clockOffsetMillis,
  }
}
