/** Where tokens are kept. */
export interface TokenStore {
  /** Undefined if the user has to sign in. Called before each connection. */
  read(): string | undefined | Promise<string | undefined>
  /** Whether users sign in here; otherwise, they sign in on the site around the element. */
  canWrite(): boolean
  /** @param forThisTab true if other tabs must not use the token, so that each tab can belong to another user */
  write(token: string, forThisTab: boolean): void
  /** @param token forgets only this token, because another tab may have stored a new one meanwhile */
  forget(token?: string): void
}

/** Sites that embed the chat already use this key. */
const KEY = 'token'

/** The token of the page: `localStorage.token`, or for this tab alone `sessionStorage.token`. */
export const pageTokens: TokenStore = storedTokens(() => [sessionStorage, localStorage])

/**
 * The tokens of an element: those of its site, or else `localStorage.token`.
 *
 * @param ofSite the function that the site has set
 */
export function elementTokens(ofSite: () => TokenStore['read'] | undefined): TokenStore {
  const stored = storedTokens(() => [localStorage])
  return {
    ...stored,
    read: () => (ofSite() ?? stored.read)(),
    canWrite: () => ofSite() === undefined,
    // If the site provides the tokens, what it stores under this key is its own.
    forget(token) {
      if (!ofSite()) stored.forget(token)
    },
  }
}

/** @param storages the first one that has a token decides */
function storedTokens(storages: () => readonly Storage[]): TokenStore {
  /** Where the browser forbids storage, the token lasts as long as the page. */
  let inMemory: string | undefined
  const available = (): readonly Storage[] => {
    try {
      return storages()
    } catch {
      return []
    }
  }
  const holder = () => available().find((storage) => storage.getItem(KEY))
  const read = () => holder()?.getItem(KEY) ?? inMemory
  return {
    read,
    canWrite: () => true,
    write(token, forThisTab) {
      inMemory = token
      const all = available()
      for (const storage of all.slice(0, -1)) storage.removeItem(KEY)
      const storage = forThisTab ? all[0] : all.at(-1)
      storage?.setItem(KEY, token)
    },
    forget(token = read()) {
      if (token !== read()) return
      inMemory = undefined
      holder()?.removeItem(KEY)
    },
  }
}
