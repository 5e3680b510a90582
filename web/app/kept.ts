import { source } from '../../client/readable.ts'
import { useFrame, useUserId } from './context.ts'
import { useReadableAt } from './readable.ts'

/**
 * The kinds of texts: a draft; an edit or a reply in progress; a field of a new group; the name of someone who has
 * written; the words of an invitation that the user has accepted; a mark that an invitation of the user was accepted.
 */
type Kind = 'draft' | 'writing' | 'group' | 'name' | 'words' | 'accepted'

/** What the user has not finished. */
const UNFINISHED = /^admin-chat\.(draft|writing|group)/

/** The keys of preferences have no slash. */
const isKey = (key: string | null) => /^admin-chat\.\w+\//.test(key ?? '')

/** The texts of all users in localStorage, by key. They survive a reload, and all tabs show the same texts. */
const texts = source<ReadonlyMap<string, string>>(readAll())

addEventListener('storage', ({ key, newValue }) => {
  if (key && isKey(key)) show(key, newValue ?? '')
})

const ownerOf = (server: string, userId: string) =>
  `/${encodeURIComponent(server)}/${encodeURIComponent(userId)}/`

/** Users and servers are kept apart, because one browser, and one page with two elements, can have several. */
export const keyOf = (server: string, userId: string, kind: Kind, id: string): string =>
  `admin-chat.${kind}${ownerOf(server, userId)}${id}`

/** Undefined as long as the user is not known, because the first token could not be obtained. */
export function useKey(kind: Kind, id: string): string | undefined {
  const { server } = useFrame()
  const userId = useUserId()
  return userId ? keyOf(server, userId, kind, id) : undefined
}

/** The text under this key. The component renders again after each change. */
export const useKept = (key: string | undefined): string => useReadableAt(texts, key) ?? ''

/** The text under this key; empty if there is none. */
export const keptText = (key: string | undefined): string => texts().get(key ?? '') ?? ''

/** Keeps a text; an empty one is forgotten. */
export function keep(key: string | undefined, text: string): void {
  if (!key || text === keptText(key)) return
  show(key, text)
  try {
    if (!text) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  } catch {
    // If there is no room for this text, no older one may remain.
    remove(key)
  }
}

const keysOf = (server: string, userId: string) =>
  [...texts().keys()].filter((key) => key.includes(ownerOf(server, userId)))

/** Whether the user has begun to write something. */
export const hasUnfinished = (server: string, userId: string): boolean =>
  keysOf(server, userId).some((key) => UNFINISHED.test(key))

/** Deletes the texts of a user who signs out. */
export function forgetKept(server: string, userId: string): void {
  for (const key of keysOf(server, userId)) keep(key, '')
}

function remove(key: string): void {
  try {
    localStorage.removeItem(key)
  } catch {}
}

function show(key: string, text: string): void {
  const shown = new Map(texts())
  if (text) shown.set(key, text)
  else shown.delete(key)
  texts.set(shown)
}

/** Empty if the browser forbids storage; the texts then last as long as the page. */
function readAll(): ReadonlyMap<string, string> {
  try {
    return new Map(Object.entries(localStorage).filter(([key]) => isKey(key)))
  } catch {
    return new Map()
  }
}
