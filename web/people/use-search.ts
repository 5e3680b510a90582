import { useEffect, useState } from 'preact/hooks'
import type { Person } from '../../client/index.ts'
import { useChat, useFrame, useTexts } from '../app/context.ts'
import { problemText } from '../ui/problem-text.ts'
import { queryOf } from './query.ts'

/** The user is still typing. */
const DEBOUNCE_MS = 200
/** Quick answers need no sign of progress. */
const SLOW_MS = 1000

/** A search for people while the user types. */
export interface Search {
  readonly text: string
  setText(text: string): void
  /** Who was found; undefined if there is nothing to search for, or no answer yet. */
  readonly people: readonly Person[] | undefined
  /** The answer takes long. */
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
  const { announcement } = useFrame()
  const [text, setText] = useState('')
  const [outcome, setOutcome] = useState(NOTHING)
  const [isSlow, setSlow] = useState(false)
  const query = queryOf(text)

  useEffect(() => {
    if (query === undefined) {
      setOutcome(NOTHING)
      return
    }
    let isLatest = true
    function finish(next: Outcome): void {
      if (!isLatest) return
      clearTimeout(slow)
      setSlow(false)
      setOutcome(next)
      if (next.people) announcement.set(next.people.length ? texts.found(next.people.length) : texts.noPeople)
    }
    const start = setTimeout(() => {
      chat.search(query).then(
        (people) => finish({ query, people, problem: undefined }),
        (error) => finish({ query, people: undefined, problem: problemText(error, texts) }),
      )
    }, DEBOUNCE_MS)
    const slow = setTimeout(() => setSlow(true), SLOW_MS)
    return () => {
      isLatest = false
      clearTimeout(start)
      clearTimeout(slow)
      setSlow(false)
    }
  }, [chat, query, texts, announcement])

  // What was found for another query says nothing about this one.
  const { people, problem } = outcome.query === query ? outcome : NOTHING
  return { text, setText, isSlow, people, problem }
}
