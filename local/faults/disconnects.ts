import { eventKind } from '../aws/lambda/event-kind.ts'
import type { Invoke } from '../aws/lambda/invoke.ts'
import type { FaultSettings } from './options.ts'
import type { Dice } from './random.ts'

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
