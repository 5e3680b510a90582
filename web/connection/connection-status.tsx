import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChatState } from '../../client/index.ts'
import { useChat, useTexts } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import type { Texts } from '../text/texts.ts'

/** Says in words how the connection is and when it is tried again. */
export function ConnectionStatus() {
  const texts = useTexts()
  const chat = useChat()
  const state = useReadable(chat.state)
  const wasOnline = useRef(false)
  if (state.phase === 'online') wasOnline.current = true
  const phase = phaseText(state, wasOnline.current, texts)
  const seconds = useSecondsUntil(state.retryAt)
  const isStuck = state.phase === 'offline' || state.phase === 'replaced'
  return (
    <div class="connection" data-phase={state.phase}>
      <p role="status" aria-label={`${texts.connection}: ${phase}`} title={state.reason}>
        <span class="connection-dot" aria-hidden="true" />
        <span class="connection-text">{phase}</span>
      </p>
      {isStuck && (
        <button type="button" class="connection-retry" onClick={chat.reconnect}>
          {state.phase === 'replaced' ? texts.useHere : texts.retryNow}
          {seconds > 0 && <span class="visually-hidden">, {texts.retryIn(seconds)}</span>}
        </button>
      )}
    </div>
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
