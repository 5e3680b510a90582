import type { FrameSource } from '../../lambdas/model.ts'

const HOUR_MS = 3_600_000

/** The source of a frame on a connection that has been open for an hour. */
export const frameOn = (connection: string, receivedAt = Date.now()): FrameSource => ({
  connection,
  connectedAt: receivedAt - HOUR_MS,
  receivedAt,
})
