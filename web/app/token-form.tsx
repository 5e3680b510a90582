import { useState } from 'preact/hooks'
import { useAllTexts } from './all-texts.ts'
import { useFrame } from './context.ts'

/** Signs in with a token that the user pastes. */
export function TokenForm({ label }: { readonly label: string | undefined }) {
  const texts = useAllTexts()
  const { session } = useFrame()
  const [token, setToken] = useState('')
  return (
    <form
      class="token-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (token.trim()) session.signIn(token.trim())
      }}
    >
      <label class="label">
        {label && <span class="muted">{label}</span>}
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
  )
}
