import { FunctionError, type Invoke } from '../aws/gateway/model.ts'
import type { WorkerFaults } from '../aws/lambda/container.ts'
import { eventKind } from '../aws/lambda/event-kind.ts'
import type { FaultSettings } from './options.ts'
import type { Dice } from './random.ts'

/** An invocation that is to die does so at one of its first remote calls: a send makes about six. */
const LAST_CALL = 6

/**
 * Invocations that are refused because too many run already, messages that overtake each other, and events that come
 * twice at the same time.
 */
export function faultyInvocations(
  invoke: Invoke,
  { throttled, twice, reordered, delayMillis }: FaultSettings['invocations'],
  dice: Dice,
): Invoke {
  if (throttled === 0 && twice === 0 && reordered === 0) return invoke
  return async (functionId, event, isWanted) => {
    if (dice.choose('invocations', { throttled })) throw new FunctionError('TooManyRequestsException')
    const kind = eventKind(event)
    if (kind !== 'message' && kind !== 'batch') return invoke(functionId, event, isWanted)
    const doubled = dice.choose('invocations', { twice }) !== undefined
    // A queue promises no order in the first place.
    if (kind === 'message' && dice.choose('invocations', { reordered })) {
      const delay = dice.upTo('invocations.delayMillis', delayMillis)
      await new Promise((resolve) => setTimeout(resolve, delay).unref())
    }
    const first = invoke(functionId, event)
    // Nobody hears of the other one; what it does wrong shows in the tables.
    if (doubled) invoke(functionId, event).catch(() => undefined)
    return first
  }
}

/** What the containers themselves suffer; nothing if that is none. */
export function workerFaults(
  { invocations: { killed }, clockOffsetMillis }: Pick<FaultSettings, 'invocations' | 'clockOffsetMillis'>,
  dice: Dice,
): WorkerFaults | undefined {
  if (killed === 0 && clockOffsetMillis === 0) return undefined
  return {
    diesAtCall: () =>
      dice.choose('invocations', { killed }) && 1 + dice.upTo('invocations.diesAtCall', LAST_CALL - 1),
    clockOffsetMs: () => dice.upTo('clockOffsetMillis', 2 * clockOffsetMillis) - clockOffsetMillis,
  }
}
