import { useState } from 'preact/hooks'
import { useChat, useFrame, useTexts, useUserId } from './context.ts'
import { hasUnfinished } from './kept.ts'
import { Later } from './later.tsx'

/** Signs out. It asks first if the user would lose something: a draft, or messages that wait for the connection. */
export function SignOut() {
  const texts = useTexts()
  const { session, server, route, page } = useFrame()
  const chat = useChat()
  const userId = useUserId()
  const [isAsking, setAsking] = useState(false)
  async function leave(): Promise<void> {
    await session.signOut()
    // The address of the page names the conversation that was open.
    if (page) route.go(undefined)
  }
  function signOut(): void {
    const isOnline = chat.state.getSnapshot().phase === 'online'
    if (isOnline && !hasUnfinished(server, userId)) void leave()
    else setAsking(true)
  }
  return (
    <>
      <button type="button" class="button" data-kind="quiet" onClick={signOut}>
        {texts.signOut}
      </button>
      {isAsking && <Later part="SignOutDialog" run={leave} onClose={() => setAsking(false)} />}
    </>
  )
}
