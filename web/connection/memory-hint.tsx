import { useAllTexts } from '../app/all-texts.ts'
import { useChat } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'

/** Warns if unsent messages are lost when the page is closed. */
export function MemoryHint() {
  const texts = useAllTexts()
  const { storage } = useReadable(useChat().state)
  return storage === 'memory' ? <p class="memory-hint">{texts.memoryOnly}</p> : null
}
