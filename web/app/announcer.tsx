import { useFrame } from './context.ts'
import { useReadable } from './readable.ts'

/** What screen readers read aloud. It is outside all lists, so that loading older messages announces nothing. */
export function Announcer() {
  return (
    <div class="visually-hidden" aria-live="polite">
      {useReadable(useFrame().announcement)}
    </div>
  )
}
