import { useState } from 'preact/hooks'
import { useChat, useFrame, useTexts, useUserId } from './context.ts'
import { hasUnfinished } from './kept.ts'
import { Later } from './later.tsx'

/** Signs out. It asks first if the user would lose something: a draft, or messages that wait for the connection. */
export function SignOut() {
  const texts = useTexts()
  const { session, server } = useFrame()
  const chat = useChat()
  const userId = useUserId()
  const [isAsking, setAsking] = useState(false)
  function signOut(): void {
    const isOnline = chat.state.getSnapshot().phase === 'online'
    if (isOnline && !hasUnfinished(server, userId)) void session.signOut()
    else setAsking(true)
  }
  return (
    <>
      <button type="button" class="button" data-kind="quiet" onClick={signOut}>
        {texts.signOut}
      </button>
      {isAsking && <Later part="SignOutDialog" run={session.signOut} onClose={() => setAsking(false)} />}
    </>
  )
}
