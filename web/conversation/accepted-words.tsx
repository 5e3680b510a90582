import { useAllTexts } from '../app/all-texts.ts'
import { useKept, useKey } from '../app/kept.ts'
import { Words } from '../people/words.tsx'
import { useRoom } from './room-context.ts'

/** At the beginning of a conversation, the words of the invitation that the user has accepted in this browser. */
export function AcceptedWords() {
  const texts = useAllTexts()
  const text = useKept(useKey('words', useRoom().id))
  if (!text) return null
  return (
    <div class="accepted">
      <p class="hint">{texts.invitation}</p>
      <Words text={text} />
    </div>
  )
}
