import { useEffect, useRef } from 'preact/hooks'
import type { Log } from '../../client/index.ts'
import { useFrame, useTexts } from '../app/context.ts'
import { notSentText } from '../ui/problem-text.ts'
import { arrivedAfter } from './unread.ts'

/** If more messages than this arrive at once, only their number is announced. */
const MAX_SPOKEN = 3

/** Makes screen readers say what others write while the conversation is open, and that a message could not be sent. */
export function useAnnouncements(
  { entries, pending }: Log,
  userId: string,
  hasOpened: boolean,
  nameOf: (userId: string) => string,
): void {
  const texts = useTexts()
  const { announcement } = useFrame()
  const heardSeq = useRef<number | undefined>(undefined)
  const failures = useRef(0)
  const failed = pending.filter(({ status }) => status === 'failed')

  function say(text: string): void {
    // Screen readers read the same words again only if the text differs in something.
    announcement.set(text === announcement.getSnapshot() ? `${text}\u00a0` : text)
  }

  useEffect(() => {
    if (!hasOpened) return
    const before = heardSeq.current
    const last = entries.at(-1)?.seq ?? 0
    heardSeq.current = Math.max(before ?? 0, last)
    if (before === undefined) return
    const arrived = arrivedAfter(entries, before, userId).filter(({ edited_at }) => !edited_at)
    if (arrived.length === 0) return
    const words = arrived.map(({ sender_id, content }) => texts.says(nameOf(sender_id), content))
    say(arrived.length > MAX_SPOKEN ? texts.latestCount(arrived.length) : words.join('\n'))
  }, [entries, hasOpened])

  useEffect(() => {
    const error = failed.at(-1)?.error
    if (error && failed.length > failures.current) say(notSentText(error, texts))
    failures.current = failed.length
  }, [failed.length])
}
