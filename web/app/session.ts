import { type Chat, createChat, type Readable, SignedOut } from '../../client/index.ts'
import { source } from '../../client/readable.ts'
import { forgetDrafts } from '../conversations/drafts.ts'
import type { TokenStore } from './tokens.ts'

/** The chat of the user who is signed in. */
export interface Session {
  /** Starts again after each sign-in. */
  readonly chat: Readable<Chat>
  /** Whether the server has refused the token with which the user has just signed in. */
  isRefused(): boolean
  /** Whether the user can sign in here; otherwise the site does that. */
  canSignIn(): boolean
  /** Signs in, also after a token has ended. Drafts and unsent messages of the same user are still there. */
  signIn(token: string, forThisTab?: boolean): void
  /** Signs in with the token that is there now. */
  restart(): void
  /** Forgets everything that is stored about the user. */
  signOut(): Promise<void>
  dispose(): void
}

/** @param server what stands before `/api` and `/ws`, such as `https://chat.example.com` */
export function createSession(server: string, tokens: TokenStore): Session {
  const start = () =>
    createChat({
      url: `${server.replace(/^http/, 'ws')}/ws/chat`,
      rest: server,
      async token() {
        const token = await tokens.read()
        if (!token) throw new SignedOut('')
        return token
      },
    })

  const chat = source(start())
  let isRefused = false
  function restart(): void {
    chat.getSnapshot().dispose()
    isRefused = false
    chat.set(start())
  }

  /** Forgets the token of this chat if it never worked. One that has ended stays, because it names the user. */
  function tryToken({ state }: Chat): void {
    const stop = state.subscribe(() => {
      const { phase } = state.getSnapshot()
      if (phase === 'online' || phase === 'polling') stop()
      if (phase !== 'signed-out' || chat.getSnapshot().state !== state) return
      stop()
      isRefused = true
      tokens.forget()
    })
  }
  return {
    chat,
    isRefused: () => isRefused,
    canSignIn: tokens.canWrite,
    signIn(token, forThisTab = false) {
      tokens.write(token, forThisTab)
      restart()
      tryToken(chat.getSnapshot())
    },
    restart,
    async signOut() {
      const current = chat.getSnapshot()
      const userId = current.user.getSnapshot()
      const signedOut = current.signOut()
      // Before waiting, because the user may close the page now.
      if (userId !== undefined) forgetDrafts(server, userId)
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
