import type { Entry } from '../../client/index.ts'
import { useTexts } from '../app/context.ts'

/** Longer messages are cut here, and then by CSS to what fits. */
const MAX_CHARACTERS = 300

/** The message that this one answers. A click shows the answered message in its place. */
export function Quote(props: {
  readonly seq: number
  /** Undefined if it is not loaded. */
  readonly quoted: Entry | undefined
  readonly name: string
  readonly tabIndex: number
  readonly onShow: (seq: number) => void
}) {
  const texts = useTexts()
  const { quoted } = props
  if (quoted && quoted.kind !== 'message') return <p class="quote">{texts.unavailableQuote}</p>
  return (
    <button type="button" class="quote" tabIndex={props.tabIndex} onClick={() => props.onShow(props.seq)}>
      {quoted ? (
        <>
          <span class="quote-name truncate" dir="auto">
            {props.name}
          </span>
          <span class="quote-text truncate" dir="auto">
            {quoted.deleted_at ? texts.deletedMessage : quoted.content.slice(0, MAX_CHARACTERS)}
          </span>
        </>
      ) : (
        <span class="quote-text">{texts.earlierMessage}</span>
      )}
    </button>
  )
}
