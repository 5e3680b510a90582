import { useTexts } from '../app/context.ts'

/** Before the first entry that still exists. */
export const StartLine = () => <p class="change">{useTexts().olderRemoved}</p>

/** Before the first entry of a day. */
export function DayLine({ at }: { readonly at: number }) {
  const { format } = useTexts()
  const date = new Date(at)
  return (
    <p class="day">
      <time dateTime={date.toISOString()}>{format.day(date)}</time>
    </p>
  )
}

/** Before the first message that the user has not seen. */
export function NewLine() {
  const { newMessages } = useTexts()
  return (
    // biome-ignore lint/a11y/useSemanticElements: an hr has no text
    <div class="new" role="separator" aria-label={newMessages}>
      <span class="new-text">{newMessages}</span>
    </div>
  )
}
