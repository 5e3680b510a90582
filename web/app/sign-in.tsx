import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'
import { useAllTexts } from './all-texts.ts'
import { useChat, useFrame } from './context.ts'
import type { DemoUser } from './demo-users.ts'
import { DemoUsers } from './demo-users-list.tsx'
import { LanguageButton } from './language-button.tsx'
import { useReadable } from './readable.ts'
import { TokenForm } from './token-form.tsx'

/** The form waits at most this long for the demo users, who are shown above it. */
const DEMO_USERS_MS = 1000

/** How the client library says that the user has signed out. */
const SIGNED_OUT = 'signed out'

/**
 * Asks for a token, or on a laptop for a demo user.
 *
 * @param reason why the last token was refused; empty if there was none
 */
export function SignIn({ reason }: { readonly reason: string }) {
  const texts = useAllTexts()
  const { session, page, announcement, route } = useFrame()
  // The last announcement may contain a message of the user who has signed out.
  useEffect(() => announcement.set(''), [])
  // The address of the page names the conversation that was open.
  useEffect(() => {
    if (page && reason === SIGNED_OUT) route.go(undefined)
  }, [page, reason])
  const [users, setUsers] = useState<readonly DemoUser[] | undefined>(page ? undefined : [])
  const canSignIn = session.canSignIn()
  useEffect(() => {
    void page?.demoUsers().then(setUsers)
    const timer = setTimeout(() => setUsers((known) => known ?? []), DEMO_USERS_MS)
    return () => clearTimeout(timer)
  }, [page])
  const Main = page ? 'main' : 'section'
  if (!users) return <Main class="sign-in" />
  const hint = users.length ? texts.demoHint : canSignIn ? texts.signInHint : texts.signInOnSite

  return (
    <Main class="sign-in">
      <div class="sign-in-card">
        <span class="sign-in-logo">
          <Icon name="chat" />
        </span>
        <h1 tabIndex={-1}>{texts.welcome}</h1>
        <Reason reason={reason} />
        <p class="muted">{hint}</p>
        {users.length > 0 && <DemoUsers users={users} />}
        {canSignIn ? (
          <TokenForm label={users.length > 0 ? texts.orToken : undefined} />
        ) : (
          <button type="button" class="button" data-kind="primary" onClick={session.restart}>
            {texts.signInAgain}
          </button>
        )}
        <LanguageButton />
      </div>
    </Main>
  )
}

/** Why the user has to sign in. */
function Reason({ reason }: { readonly reason: string }) {
  const texts = useAllTexts()
  const { session } = useFrame()
  // Without a user, the token was useless from the start.
  const isRefused = useReadable(useChat().user) === undefined || session.isRefused()
  if (!reason) return null
  if (reason === SIGNED_OUT) return <p role="status">{texts.signedOut}</p>
  return (
    <p class="problem" role="alert">
      {isRefused ? texts.tokenRefused : texts.tokenEnded}
    </p>
  )
}
