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
  /** What the latest answer has; undefined if there is nothing to search for, or no answer yet. */
  readonly people: readonly Person[] | undefined
  /** The answer takes long. */
  readonly isSlow: boolean
  readonly problem: string | undefined
}

type Outcome = Pick<Search, 'people' | 'problem'>
const NOTHING: Outcome = { people: undefined, problem: undefined }

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
        (people) => finish({ people, problem: undefined }),
        (error) => finish({ people: undefined, problem: problemText(error, texts) }),
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

  return { text, setText, isSlow, ...outcome }
}
