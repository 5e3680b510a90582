import { source } from '../../client/readable.ts'

/** What was seen of drafts since the page was opened, by conversation: the composer writes it, the list shows it. */
export const draftsOfChat = source<ReadonlyMap<string, string>>(new Map())

export function noteDraft(conversationId: string, text: string): void {
  const drafts = new Map(draftsOfChat.getSnapshot())
  if (text.trim()) drafts.set(conversationId, text)
  else drafts.delete(conversationId)
  draftsOfChat.set(drafts)
}
