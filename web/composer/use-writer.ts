import { useEffect, useState } from 'preact/hooks'
import { useChat, useTexts, useUserId } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { useRoom } from '../conversation/room-context.ts'
import type { Writing } from '../conversation/writing.ts'
import { canSend, contentOf } from './content.ts'
import { lastOwnMessage } from './last-own.ts'
import { useDraft } from './use-draft.ts'
import { useEdit } from './use-edit.ts'

/** What the user writes: a new message, a reply, or new words for a message. */
export interface Writer {
  readonly writing: Writing
  readonly text: string
  readonly canSend: boolean
  /** Whether new words for a message are on their way, which can take a while without a connection. */
  readonly isSaving: boolean
  /** Why something did not work, in words. */
  readonly problem: string | undefined
  write(text: string): void
  send(): void
  cancel(): void
  editLast(): void
  /** Shows why something did not work, until the user goes on. */
  showProblem(problem: string): void
}

/** @param hasFocus whether the user writes in this tab */
export function useWriter(hasFocus: () => boolean): Writer {
  const texts = useTexts()
  const userId = useUserId()
  const open = useRoom()
  const { room } = open
  const chat = useChat()
  const writing = useReadable(open.writing)
  const isEdit = writing?.kind === 'edit'
  const draft = useDraft(hasFocus)
  const edit = useEdit(writing)
  const { text } = isEdit ? edit : draft
  const isSaving = isEdit && edit.isBusy
  const [problem, setProblem] = useState<string>()
  useDeletion(writing, (reason) => {
    setProblem(reason)
    // The new words become the draft, unless there already is one.
    if (isEdit && text !== writing.message.content && !draft.text) draft.write(text)
  })

  function post(content: string): void {
    room.send(content, writing && { reply_to: writing.message.seq })
    draft.hide()
    open.writing.set(undefined)
    open.scrollToEnd()
  }

  return {
    writing,
    text,
    canSend: canSend(text) && !isSaving,
    isSaving,
    problem: problem ?? edit.problem,
    showProblem: setProblem,
    write(next) {
      setProblem(undefined)
      if (isEdit) return edit.write(next)
      draft.write(next)
      room.typing(next !== '')
    },
    send() {
      if (!canSend(text)) return
      // If neither is there, the user may not take part, and offline, it could take long until the message is refused.
      const isKnown = open.conversation || room.log.getSnapshot().entries.length > 0
      if (!isKnown && chat.state.getSnapshot().phase === 'offline') return setProblem(texts.noConnection)
      setProblem(undefined)
      if (isEdit) edit.save()
      else post(contentOf(text))
    },
    cancel() {
      setProblem(undefined)
      open.writing.set(undefined)
    },
    editLast() {
      const message = lastOwnMessage(room.log.getSnapshot().entries, userId)
      if (!message) return
      open.writing.set({ kind: 'edit', message })
      open.scrollTo(message.seq)
    },
  }
}

/** Ends an edit or a reply when its message is deleted. */
function useDeletion(writing: Writing, onDeleted: (reason: string) => void): void {
  const texts = useTexts()
  const open = useRoom()
  useReadable(open.room.log)
  const current = writing && open.find(writing.message.seq)
  const isDeleted = current?.kind === 'message' && current.deleted_at !== undefined
  useEffect(() => {
    if (!isDeleted) return
    onDeleted(texts.deletedMeanwhile)
    open.writing.set(undefined)
  }, [isDeleted])
}
