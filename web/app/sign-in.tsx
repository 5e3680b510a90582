import { useEffect, useState } from 'preact/hooks'
import { Avatar } from '../ui/avatar.tsx'
import { useFrame, useTexts } from './context.ts'
import { type DemoUser, demoUsers } from './demo-users.ts'
import { LanguageButton } from './language-button.tsx'
import { nameOf } from './names.ts'

/**
 * Asks for a token, or on a laptop for a demo user.
 *
 * @param reason why the last token was refused; empty if there was none
 */
export function SignIn({ reason }: { readonly reason: string }) {
  const texts = useTexts()
  const { session, server, isEmbedded } = useFrame()
  const [users, setUsers] = useState<readonly DemoUser[]>([])
  const [token, setToken] = useState('')
  useEffect(() => void demoUsers(server).then(setUsers), [server])
  const Main = isEmbedded ? 'section' : 'main'

  return (
    <Main class="sign-in">
      <div class="sign-in-card">
        <h1>{texts.welcome}</h1>
        <p class="muted">
          {reason ? texts.tokenEnded(reason) : users.length ? texts.demoHint : texts.signInHint}
        </p>
        {users.length > 0 && (
          <ul class="demo-users">
            {users.map((user) => (
              <li key={user.id}>
                <button type="button" class="demo-user" onClick={() => session.signIn(user.token, true)}>
                  <Avatar id={user.id} name={nameOf(user)} />
                  {texts.continueAs(nameOf(user))}
                </button>
              </li>
            ))}
          </ul>
        )}
        <form
          class="token-form"
          onSubmit={(event) => {
            event.preventDefault()
            if (token.trim()) session.signIn(token.trim())
          }}
        >
          <label class="label">
            {users.length > 0 && <span class="muted">{texts.orToken}</span>}
            <span>{texts.token}</span>
            <input
              class="field"
              aria-label={texts.token}
              value={token}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => setToken(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button" data-kind="primary">
            {texts.signIn}
          </button>
        </form>
        <LanguageButton />
      </div>
    </Main>
  )
}
