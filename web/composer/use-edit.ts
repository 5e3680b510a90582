import { useRef, useState } from 'preact/hooks'
import { useRoom, type Writing } from '../conversation/room-context.ts'
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

/** The new words so far, which are there again when the user returns to the conversation. */
const words = new WeakMap<NonNullable<Writing>, string>()

/** The new words for a message. They begin with its old words whenever an edit begins. */
export function useEdit(writing: Writing): EditField {
  const { room, writing: current } = useRoom()
  const { run, isBusy, problem } = useAction()
  const [, renderAgain] = useState({})
  const attempted = useRef<Writing>(undefined)
  const latest = useRef('')
  const { seq, content: old = '' } = writing?.message ?? {}
  latest.current = (writing && words.get(writing)) ?? old

  function save(): void {
    const content = contentOf(latest.current)
    if (seq === undefined || content === old) {
      current.set(undefined)
      return
    }
    attempted.current = writing
    void run(async () => {
      await room.edit(seq, content)
      // Unless the user has begun something else, or typed on.
      if (current.getSnapshot() === writing && contentOf(latest.current) === content) current.set(undefined)
    })
  }
  return {
    text: latest.current,
    isBusy,
    problem: writing && attempted.current === writing ? problem : undefined,
    write(text) {
      if (writing) words.set(writing, text)
      renderAgain({})
    },
    save,
  }
}
