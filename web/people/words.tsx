import { useState } from 'preact/hooks'
import { useAllTexts } from '../app/all-texts.ts'

/** About four lines. */
const SHORT_LENGTH = 160

/** The words of an invitation; long ones are cut until the user wants to see them. */
export function Words({ text }: { readonly text: string }) {
  const texts = useAllTexts()
  const isLong = text.length > SHORT_LENGTH || text.split('\n').length > 4
  const [isCut, setCut] = useState(isLong)
  return (
    <div class="invitation-words" data-cut={isCut || undefined}>
      <p dir="auto">{text}</p>
      {isCut && (
        <button type="button" class="link-button" onClick={() => setCut(false)}>
          {texts.showAll}
        </button>
      )}
    </div>
  )
}
