import { useAllTexts } from '../app/all-texts.ts'
import { MAX_MESSAGE_CHARACTERS } from '../ui/max-lengths.ts'

/** A count is shown when no more than this many characters are left. */
const FEW = 100

/** A few words for the people who are invited. */
export function WordsField(props: { readonly text: string; readonly setText: (text: string) => void }) {
  const texts = useAllTexts()
  const left = MAX_MESSAGE_CHARACTERS - props.text.length
  return (
    <label class="label">
      {texts.invitationText}
      <textarea
        class="field words-field"
        rows={2}
        dir="auto"
        value={props.text}
        maxLength={MAX_MESSAGE_CHARACTERS}
        onInput={(event) => props.setText(event.currentTarget.value)}
      />
      {left <= FEW && <span class="hint">{texts.charactersLeft(left)}</span>}
    </label>
  )
}
