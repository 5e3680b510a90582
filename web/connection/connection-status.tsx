import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChatState } from '../../client/index.ts'
import { useChat, useTexts } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import type { Texts } from '../text/texts.ts'

/** Says in words how the connection is, and when the next attempt begins. While online, only screen readers say it. */
export function ConnectionStatus() {
  const texts = useTexts()
  const chat = useChat()
  const state = useReadable(chat.state)
  const wasOnline = useRef(false)
  if (state.phase === 'online') wasOnline.current = true
  const phase = phaseText(state, wasOnline.current, texts)
  const seconds = useSecondsUntil(state.retryAt)
  const isReplaced = state.phase === 'replaced'
  return (
    <section
      class={state.phase === 'online' ? 'visually-hidden' : 'connection'}
      aria-label={texts.connection}
      data-phase={state.phase}
    >
      <span class="connection-dot" aria-hidden="true" />
      <p role="status" aria-label={texts.connectionIs(phase)}>
        {phase}
      </p>
      {/* Outside the status, or it would be read aloud every second. */}
      {seconds > 0 && <p class="connection-retry muted">{texts.retryIn(seconds)}</p>}
      {(isReplaced || seconds > 0 || state.phase === 'offline') && (
        <button type="button" class="connection-button" onClick={chat.reconnect}>
          {isReplaced ? texts.useHere : texts.retryNow}
        </button>
      )}
    </section>
  )
}

function phaseText({ phase }: ChatState, wasOnline: boolean, texts: Texts): string {
  if (phase === 'connecting') return wasOnline ? texts.reconnecting : texts.connecting
  return phase === 'signed-out' ? texts.offline : texts[phase]
}

/** Counts down once a second. */
function useSecondsUntil(at: number | undefined): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (at === undefined) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [at])
  return at === undefined ? 0 : Math.max(0, Math.ceil((at - now) / 1000))
}
