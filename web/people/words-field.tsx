import { limits } from '../../protocol/limits.ts'
import { useAllTexts } from '../app/all-texts.ts'

/** A count is shown when so many characters are left. */
const FEW = 100

/** A few words for the people who are invited. */
export function WordsField(props: {
  readonly text: string
  readonly setText: (text: string) => void
  readonly rows?: number
}) {
  const texts = useAllTexts()
  const left = limits.contentCodePoints - props.text.length
  return (
    <label class="label">
      {texts.invitationText}
      <textarea
        class="field words-field"
        rows={props.rows ?? 3}
        dir="auto"
        value={props.text}
        maxLength={limits.contentCodePoints}
        onInput={(event) => props.setText(event.currentTarget.value)}
      />
      {left <= FEW && <span class="hint">{texts.charactersLeft(left)}</span>}
    </label>
  )
}
