import { z } from 'zod'

const socketEvent = z.object({
  requestContext: z.object({ eventType: z.enum(['CONNECT', 'MESSAGE', 'DISCONNECT']) }),
})
const queueEvent = z.object({ Records: z.array(z.unknown()) })

/** What an invocation is about, as far as faults tell them apart. */
export function eventKind(event: unknown): 'connect' | 'message' | 'disconnect' | 'batch' | 'other' {
  const socket = socketEvent.safeParse(event)
  if (socket.success) {
    const kinds = { CONNECT: 'connect', MESSAGE: 'message', DISCONNECT: 'disconnect' } as const
    return kinds[socket.data.requestContext.eventType]
  }
  return queueEvent.safeParse(event).success ? 'batch' : 'other'
}
