import { z } from 'zod'

const kinds = { MESSAGE: 'message', DISCONNECT: 'disconnect' } as const

const knownEvent = z.union([
  z
    .object({ requestContext: z.object({ eventType: z.enum(['MESSAGE', 'DISCONNECT']) }) })
    .transform(({ requestContext }) => kinds[requestContext.eventType]),
  z.object({ Records: z.array(z.unknown()) }).transform(() => 'batch' as const),
])

/** Returns the kind of event with which a function is invoked; undefined for kinds that have no faults of their own. */
export function eventKind(event: unknown) {
  return knownEvent.safeParse(event).data
}
