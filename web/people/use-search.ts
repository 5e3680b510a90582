import { useEffect, useState } from 'preact/hooks'
import type { Person } from '../../client/index.ts'
import { useChat, useIsConnected, useTexts } from '../app/context.ts'
import { problemText } from '../ui/problem-text.ts'
import { queryOf } from './query.ts'

/** A search waits this long, because the user may still be typing. */
const DEBOUNCE_MS = 200
/** Quick answers need no sign of progress. */
const SLOW_MS = 1000
/** Quick typists need no hint that more letters are needed. */
const HINT_MS = 400

/** A search for people while the user types. */
export interface Search {
  readonly text: string
  setText(text: string): void
  /** What is searched for; undefined if the text is too short. */
  readonly query: string | undefined
  /** Who was found; undefined if there is nothing to search for, or no answer yet. */
  readonly people: readonly Person[] | undefined
  /** Whether there has been no answer for some time, perhaps because the text is too short. */
  readonly isSlow: boolean
  readonly problem: string | undefined
}

interface Outcome extends Pick<Search, 'people' | 'problem'> {
  readonly query: string | undefined
}
const NOTHING: Outcome = { query: undefined, people: undefined, problem: undefined }

export function useSearch(): Search {
  const chat = useChat()
  const texts = useTexts()
  const [text, setText] = useState('')
  const [outcome, setOutcome] = useState(NOTHING)
  const [isSlow, setSlow] = useState(false)
  const canAsk = useIsConnected()
  const query = queryOf(text)
  const isEmpty = !text.trim()

  useEffect(() => {
    if (isEmpty) return
    let isLatest = true
    function finish(next: Outcome): void {
      if (!isLatest) return
      clearTimeout(slow)
      setSlow(false)
      setOutcome(next)
    }
    const start = setTimeout(() => {
      // Once there is a connection, this effect runs again.
      if (query === undefined || !canAsk) return
      chat.search(query).then(
        (people) => finish({ query, people, problem: undefined }),
        (error) => finish({ query, people: undefined, problem: problemText(error, texts) }),
      )
    }, DEBOUNCE_MS)
    const slow = setTimeout(() => setSlow(true), query === undefined ? HINT_MS : SLOW_MS)
    return () => {
      isLatest = false
      clearTimeout(start)
      clearTimeout(slow)
      setSlow(false)
    }
  }, [chat, query, isEmpty, canAsk, texts])

  // What was found for another query says nothing about this one.
  const { people, problem } = outcome.query === query ? outcome : NOTHING
  return { text, setText, query, isSlow, people, problem }
}
