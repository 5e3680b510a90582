import { type Chat, createChat, type Readable, SignedOut } from '../../client/index.ts'
import { source } from '../../client/readable.ts'
import { forgetDrafts } from '../conversations/drafts.ts'

/** Where tokens are kept. */
export interface TokenStore {
  /** Undefined if the user has to sign in. Called before each connection. */
  read(): string | undefined | Promise<string | undefined>
  write(token: string, forThisTab: boolean): void
  forget(): void
}

/** The chat of the user who is signed in. */
export interface Session {
  /** Undefined while no user is signed in. */
  readonly chat: Readable<Chat | undefined>
  /** Signs in, also after a token has ended. Drafts and unsent messages of the same user are still there. */
  signIn(token: string, forThisTab?: boolean): void
  /** Forgets everything that is stored about the user. */
  signOut(): Promise<void>
  dispose(): void
}

/** @param server what stands before `/api` and `/ws`, such as `https://chat.example.com` */
export function createSession(server: string, tokens: TokenStore): Session {
  const chat = source<Chat | undefined>(undefined)

  function start(): void {
    chat.getSnapshot()?.dispose()
    chat.set(
      createChat({
        url: `${server.replace(/^http/, 'ws')}/ws/chat`,
        rest: server,
        async token() {
          const token = await tokens.read()
          if (!token) throw new SignedOut('')
          return token
        },
      }),
    )
  }

  start()
  return {
    chat,
    signIn(token, forThisTab = false) {
      tokens.write(token, forThisTab)
      start()
    },
    async signOut() {
      const current = chat.getSnapshot()
      const userId = current?.user.getSnapshot()
      const signedOut = current?.signOut()
      // Before waiting, because the user may close the page now.
      if (userId !== undefined) forgetDrafts(server, userId)
      tokens.forget()
      await signedOut
    },
    dispose: () => chat.getSnapshot()?.dispose(),
  }
}

const KEY = 'token'

/**
 * The token of the page: `localStorage.token` is what sites that embed the chat already use. A demo user's token is kept
 * for one tab, so that each tab can be another user.
 */
export const browserTokens: TokenStore = {
  read: () =>
    storages()
      .map((storage) => storage.getItem(KEY))
      .find(Boolean) ?? undefined,
  write(token, forThisTab) {
    const [tab, all] = storages()
    tab?.removeItem(KEY)
    const storage = forThisTab ? tab : all
    storage?.setItem(KEY, token)
  },
  forget() {
    // The other tabs of a demo user's tab may belong to another user.
    const storage = storages().find((one) => one.getItem(KEY))
    storage?.removeItem(KEY)
  },
}

/** Empty if the browser forbids storage. */
function storages(): readonly Storage[] {
  try {
    return [sessionStorage, localStorage]
  } catch {
    return []
  }
}
