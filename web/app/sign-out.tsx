import { useState } from 'preact/hooks'
import { hasDrafts } from '../conversations/drafts.ts'
import { Confirm } from '../ui/confirm.tsx'
import { useChat, useFrame, useTexts, useUserId } from './context.ts'

/** Signs out. It asks first if the user would lose something: a draft, or messages that wait for the connection. */
export function SignOut() {
  const texts = useTexts()
  const { session, server } = useFrame()
  const chat = useChat()
  const userId = useUserId()
  const [isAsking, setAsking] = useState(false)
  function signOut(): void {
    const isOnline = chat.state.getSnapshot().phase === 'online'
    if (isOnline && !hasDrafts(server, userId)) void session.signOut()
    else setAsking(true)
  }
  return (
    <>
      <button type="button" class="button" data-kind="quiet" onClick={signOut}>
        {texts.signOut}
      </button>
      {isAsking && (
        <Confirm
          question={texts.signOutHint}
          action={texts.signOut}
          run={session.signOut}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}
