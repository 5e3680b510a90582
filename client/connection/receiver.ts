import type { Clock } from '../types.ts'
import type { Frame, Session } from './session.ts'

/** How long a replaced session is still heard. The server closes it after about a second. */
const OVERLAP_MS = 5000

/** Passes on the frames of a session. During a rotation, it passes on those of two sessions, but no push twice. */
export interface Receiver {
  receive(session: Session, frame: Frame, text: string): void
  /** The session was replaced: it is heard for a while and then closed. */
  retire(session: Session): void
  /** Closes the retired session, if there is one. */
  end(): void
}

/**
 * @param onError is called with every error, because some concern the connection even if they answer a request
 */
export function createReceiver(
  clock: Clock,
  onFrame: (frame: object) => void,
  onError: (session: Session, code: unknown, message: string) => void,
): Receiver {
  let retired: Session | undefined
  let timer: unknown
  /** The pushes since the rotation, with the session that has delivered them. */
  const seen = new Map<string, Session>()

  function end(): void {
    clock.clearTimeout(timer)
    retired?.close()
    retired = undefined
    seen.clear()
  }
  return {
    receive(session, frame, text) {
      const { type, request_id, code, message } = frame
      if (retired && request_id === undefined) {
        // Expected: the new connection took its place.
        if (session === retired && code === 'replaced') return
        const other = seen.get(text)
        if (other && other !== session) return void seen.delete(text)
        seen.set(text, session)
      }
      if (type === 'error') onError(session, code, String(message))
      onFrame(frame)
    },
    retire(session) {
      end()
      retired = session
      timer = clock.setTimeout(end, OVERLAP_MS)
    },
    end,
  }
}
