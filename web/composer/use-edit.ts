import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useKey } from '../app/kept.ts'
import { useRoom } from '../conversation/room-context.ts'
import { keepWriting, setWords, type Writing, wordsOf } from '../conversation/writing.ts'
import { useAction } from '../ui/use-action.tsx'
import { contentOf } from './content.ts'

export interface EditField {
  readonly text: string
  readonly isBusy: boolean
  /** Why the message could not be saved, in words. */
  readonly problem: string | undefined
  write(text: string): void
  save(): void
}

/** The new words for a message. They begin with its old words whenever an edit begins. */
export function useEdit(writing: Writing): EditField {
  const { id, room, writing: current } = useRoom()
  const key = useKey('writing', id)
  const { run, drop, isBusy, problem } = useAction()
  const [, renderAgain] = useState({})
  const attempted = useRef<Writing>(undefined)
  const latest = useRef('')
  const { seq, content: old } = writing?.message ?? {}
  latest.current = wordsOf(writing)
  // An edit that the user has cancelled no longer waits for the connection.
  useLayoutEffect(() => drop, [writing])
  useLayoutEffect(() => keepWriting(key, writing), [key, writing, latest.current])

  function save(): void {
    const content = contentOf(latest.current)
    if (seq === undefined || content === old) {
      current.set(undefined)
      return
    }
    attempted.current = writing
    void run(async () => {
      await room.edit(seq, content)
      // The edit ends, unless the user has begun something else or has typed on.
      if (current.getSnapshot() === writing && contentOf(latest.current) === content) current.set(undefined)
    })
  }
  return {
    text: latest.current,
    isBusy,
    problem: writing && attempted.current === writing ? problem : undefined,
    write(text) {
      setWords(writing, text)
      renderAgain({})
    },
    save,
  }
}
