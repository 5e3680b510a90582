import { useEffect, useRef, useState } from 'preact/hooks'
import { useTexts, useUserId } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { useRoom, type Writing } from '../conversation/room-context.ts'
import { useAction } from '../ui/use-action.tsx'
import { canSend, contentOf } from './content.ts'
import { lastOwnMessage } from './last-own.ts'
import { useDraft } from './use-draft.ts'

/** What the user writes: a new message, a reply, or other words for a message. */
export interface Writer {
  readonly writing: Writing
  readonly text: string
  readonly canSend: boolean
  /** Why something did not work, in words. */
  readonly problem: string | undefined
  write(text: string): void
  send(): void
  cancel(): void
  editLast(): void
  complain(problem: string): void
}

/** @param hasFocus whether the user writes in this tab */
export function useWriter(hasFocus: () => boolean): Writer {
  const texts = useTexts()
  const userId = useUserId()
  const open = useRoom()
  const { room } = open
  const { entries } = useReadable(room.log)
  const writing = useReadable(open.writing)
  const draft = useDraft(hasFocus)
  // Both belong to one `writing`; for the next one, they begin anew.
  const [edited, setEdited] = useState<{ readonly of: Writing; readonly text: string }>()
  const saved = useRef<Writing>(undefined)
  const { run, isBusy, problem } = useAction()
  const [complaint, complain] = useState<string>()

  const isEdit = writing?.kind === 'edit'
  const editedText = edited?.of === writing ? edited?.text : writing?.message.content
  const text = (isEdit ? editedText : draft.text) ?? ''
  const stop = () => open.writing.set(undefined)

  const current = writing && open.find(writing.message.seq)
  const isDeleted = current?.kind === 'message' && current.deleted_at !== undefined
  useEffect(() => {
    if (!isDeleted) return
    complain(texts.deletedMeanwhile)
    // New words are not lost, unless another text is waiting.
    if (isEdit && text !== writing.message.content && !draft.text) draft.write(text)
    stop()
  }, [isDeleted])

  function save(content: string): void {
    const { seq, content: old } = writing?.message ?? {}
    if (seq === undefined || content === old) {
      stop()
      return
    }
    saved.current = writing
    void run(async () => {
      await room.edit(seq, content)
      if (open.writing.getSnapshot() === writing) stop()
    })
  }

  function post(content: string): void {
    room.send(content, writing && { reply_to: writing.message.seq })
    draft.hide()
    room.typing(false)
    stop()
    open.scrollToEnd()
  }

  return {
    writing,
    text,
    canSend: canSend(text) && !(isEdit && isBusy),
    problem: complaint ?? (writing && saved.current === writing ? problem : undefined),
    complain,
    write(next) {
      complain(undefined)
      if (isEdit) return setEdited({ of: writing, text: next })
      draft.write(next)
      room.typing(next !== '')
    },
    send() {
      if (!canSend(text)) return
      complain(undefined)
      if (isEdit) save(contentOf(text))
      else post(contentOf(text))
    },
    cancel() {
      complain(undefined)
      stop()
    },
    editLast() {
      const message = lastOwnMessage(entries, userId)
      if (!message) return
      open.writing.set({ kind: 'edit', message })
      open.scrollTo(message.seq)
    },
  }
}
