import { z } from 'zod'

const kinds = { CONNECT: 'connect', MESSAGE: 'message', DISCONNECT: 'disconnect' } as const

const knownEvent = z.union([
  z
    .object({ requestContext: z.object({ eventType: z.enum(['CONNECT', 'MESSAGE', 'DISCONNECT']) }) })
    .transform(({ requestContext }) => kinds[requestContext.eventType]),
  z
    .object({ requestContext: z.object({ http: z.object({ method: z.string() }) }) })
    .transform(() => 'request' as const),
  z.object({ Records: z.array(z.unknown()) }).transform(() => 'batch' as const),
])

/** Returns which kind of event a function is invoked with. */
export function eventKind(event: unknown) {
  return knownEvent.safeParse(event).data ?? 'other'
}
