import { z } from 'zod'

const socketEvent = z.object({
  requestContext: z.object({ eventType: z.enum(['CONNECT', 'MESSAGE', 'DISCONNECT']) }),
})
const httpEvent = z.object({ requestContext: z.object({ http: z.object({ method: z.string() }) }) })
const queueEvent = z.object({ Records: z.array(z.unknown()) })

/** Returns which kind of event a function is invoked with. */
export function eventKind(
  event: unknown,
): 'connect' | 'message' | 'disconnect' | 'request' | 'batch' | 'other' {
  const socket = socketEvent.safeParse(event)
  if (socket.success) {
    const kinds = { CONNECT: 'connect', MESSAGE: 'message', DISCONNECT: 'disconnect' } as const
    return kinds[socket.data.requestContext.eventType]
  }
  if (httpEvent.safeParse(event).success) return 'request'
  return queueEvent.safeParse(event).success ? 'batch' : 'other'
}
