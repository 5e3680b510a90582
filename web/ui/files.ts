export const hasFiles = (data: DataTransfer | null): boolean => data?.types.includes('Files') === true

/** Keeps the browser from opening files that are dropped, which would take the place of the chat. */
export function ignoreFiles(event: DragEvent): void {
  const { dataTransfer } = event
  if (event.defaultPrevented || !hasFiles(dataTransfer)) return
  event.preventDefault()
  // The pointer says so before the user lets go.
  if (dataTransfer) dataTransfer.dropEffect = 'none'
}
