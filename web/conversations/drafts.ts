import type { Room } from '../../client/index.ts'
import { source } from '../../client/readable.ts'
import { useFrame, useUserId } from '../app/context.ts'
import { useReadableAt } from '../app/readable.ts'

const PREFIX = 'admin-chat.draft/'

/**
 * Copies of the drafts in localStorage, by key. The client library stores drafts too, but it shows a draft only in an
 * open conversation, does not tell other tabs about it, and stores it a moment later. With the copies, the list shows
 * drafts after a reload, other tabs follow, and what was typed just before the page was closed is kept.
 */
const draftCopies = source<ReadonlyMap<string, string>>(readAll())

addEventListener('storage', ({ key, newValue }) => {
  if (key?.startsWith(PREFIX)) show(key, newValue ?? '')
})

const prefixOf = (server: string, userId: string) =>
  `${PREFIX}${encodeURIComponent(server)}/${encodeURIComponent(userId)}/`

/** Users and servers are kept apart, because one browser, and one page with two elements, can have several. */
export const draftKey = (server: string, userId: string, conversationId: string): string =>
  prefixOf(server, userId) + conversationId

/** Undefined as long as the user is not known, because the first token could not be had. */
export function useDraftKey(conversationId: string): string | undefined {
  const { server } = useFrame()
  const userId = useUserId()
  return userId ? draftKey(server, userId, conversationId) : undefined
}

/** The draft of a conversation, also while it is closed; empty if there is none. */
export const useDraftCopy = (conversationId: string): string =>
  useReadableAt(draftCopies, useDraftKey(conversationId)) ?? ''

/** The copy under this key; empty if there is none. */
export const draftCopy = (key: string): string => draftCopies.getSnapshot().get(key) ?? ''

const copied = new WeakSet<Room['draft']>()

/**
 * Keeps the copy equal to the draft from now on, also after the conversation was closed: the library clears the draft of
 * a message that was sent only once the outbox has stored it.
 */
export function copyDraft(key: string, { draft, setDraft }: Pick<Room, 'draft' | 'setDraft'>): void {
  if (copied.has(draft)) return
  copied.add(draft)
  // What the user has typed since the page was opened is newer than the copy.
  const copy = draftCopy(key)
  if (copy && !draft.getSnapshot()) setDraft(copy)
  else write(key, draft.getSnapshot())
  draft.subscribe(() => write(key, draft.getSnapshot()))
}

const keysOf = (server: string, userId: string) =>
  [...draftCopies.getSnapshot().keys()].filter((key) => key.startsWith(prefixOf(server, userId)))

/** Whether the user has begun to write something. */
export const hasDrafts = (server: string, userId: string): boolean =>
  keysOf(server, userId).some((key) => draftCopy(key))

/** Deletes the copies of a user who signs out. */
export function forgetDrafts(server: string, userId: string): void {
  for (const key of keysOf(server, userId)) write(key, '')
}

function write(key: string, text: string): void {
  if (text === draftCopy(key)) return
  show(key, text)
  try {
    if (!text) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  } catch {
    // If there is no room for this text, no older one may remain.
    remove(key)
  }
}

function remove(key: string): void {
  try {
    localStorage.removeItem(key)
  } catch {}
}

function show(key: string, text: string): void {
  const copies = new Map(draftCopies.getSnapshot())
  if (text) copies.set(key, text)
  else copies.delete(key)
  draftCopies.set(copies)
}

/** Empty if the browser forbids storage; the copies then last as long as the page. */
function readAll(): ReadonlyMap<string, string> {
  try {
    return new Map(Object.entries(localStorage).filter(([key]) => key.startsWith(PREFIX)))
  } catch {
    return new Map()
  }
}
