export const hasFiles = (data: DataTransfer | null): boolean => data?.types.includes('Files') === true

/** Keeps the browser from opening dropped files in place of the chat. */
export function ignoreFiles(event: DragEvent): void {
  const { dataTransfer } = event
  if (event.defaultPrevented || !hasFiles(dataTransfer)) return
  event.preventDefault()
  // Before the user lets go, the pointer shows that files are not accepted.
  if (dataTransfer) dataTransfer.dropEffect = 'none'
}
