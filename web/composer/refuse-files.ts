import { hasFiles } from '../ui/files.ts'

/** Handlers that refuse files, which the browser would open in place of the chat. Text can be pasted and dropped. */
export function refuseFiles(onRefused: () => void) {
  function refuse(event: Event): void {
    event.preventDefault()
    onRefused()
  }
  return {
    onPaste(event: ClipboardEvent) {
      // Some programs copy a picture of the text along with it.
      const { clipboardData } = event
      if (hasFiles(clipboardData) && !clipboardData?.types.includes('text/plain')) refuse(event)
    },
    onDragOver(event: DragEvent) {
      if (hasFiles(event.dataTransfer)) event.preventDefault()
    },
    onDrop(event: DragEvent) {
      if (hasFiles(event.dataTransfer)) refuse(event)
    },
  }
}
