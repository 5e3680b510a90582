import { type Chat, createChat, type Readable, SignedOut } from '../../client/index.ts'
import { source } from '../../client/readable.ts'
import { isConnected } from './context.ts'
import { forgetKept } from './kept.ts'
import type { TokenStore } from './tokens.ts'

/** The chat of the user who is signed in. */
export interface Session {
  /** Replaced by a new chat at each sign-in. */
  readonly chat: Readable<Chat>
  /** Whether the server has refused the token with which the user has just signed in. */
  isRefused(): boolean
  /** Whether users sign in here; otherwise, they sign in on the site around the element. */
  canSignIn(): boolean
  /** Signs in, also after a token has expired. Drafts and unsent messages of the same user are still there. */
  signIn(token: string, forThisTab?: boolean): void
  /** Signs in again with the token that the store of tokens has now. */
  restart(): void
  /** Forgets everything that is stored about the user. */
  signOut(): Promise<void>
  dispose(): void
}

/** The server's message about an invalid token. The message about a user who may not chat is different. */
const INVALID = 'a valid token is required'

/** @param server the URL before `/api` and `/ws`, such as `https://chat.example.com` */
export function createSession(server: string, tokens: TokenStore): Session {
  let isRefused = false

  /** @param isNew the user has just signed in with this token */
  function start(isNew = false): Chat {
    let token: string | undefined
    const started = createChat({
      url: `${server.replace(/^http/, 'ws')}/ws/chat`,
      rest: server,
      async token() {
        token = await tokens.read()
        if (!token) throw new SignedOut('')
        return token
      },
    })
    const { state, user } = started
    let hasWorked = false
    state.subscribe(() => {
      const { phase, reason } = state.getSnapshot()
      if (isConnected(state.getSnapshot())) hasWorked = true
      if (phase !== 'signed-out' || chat.getSnapshot() !== started) return
      isRefused = isNew && !hasWorked
      // Otherwise, the token would be refused again at each start.
      if (isRefused || reason === INVALID || user.getSnapshot() === undefined) tokens.forget(token)
    })
    return started
  }

  const chat = source(start())
  function restart(isNew = false): void {
    chat.getSnapshot().dispose()
    isRefused = false
    chat.set(start(isNew))
  }

  return {
    chat,
    isRefused: () => isRefused,
    canSignIn: tokens.canWrite,
    signIn(token, forThisTab = false) {
      tokens.write(token, forThisTab)
      restart(true)
    },
    restart: () => restart(),
    async signOut() {
      const current = chat.getSnapshot()
      const userId = current.user.getSnapshot()
      const signedOut = current.signOut()
      // Before waiting, because the user may close the page now.
      if (userId !== undefined) forgetKept(server, userId)
      tokens.forget()
      await signedOut
    },
    dispose: () => chat.getSnapshot().dispose(),
  }
}

/** Signs in when another tab has, because the tabs of a browser share `localStorage.token`. */
export function followOtherTabs(session: Session): void {
  addEventListener('storage', ({ key, newValue }) => {
    const { phase } = session.chat.getSnapshot().state.getSnapshot()
    if (key === 'token' && newValue && phase === 'signed-out') session.restart()
  })
}
