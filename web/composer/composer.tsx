import { useEffect, useId, useRef } from 'preact/hooks'
import { useTexts } from '../app/context.ts'
import { Later } from '../app/later.tsx'
import { useRoom } from '../conversation/room-context.ts'
import { Icon } from '../ui/icon.tsx'
import { isTouch } from '../ui/is-touch.ts'
import { Problem } from '../ui/use-action.tsx'
import { charactersLeft } from './content.ts'
import { keyAction } from './keys.ts'
import { refuseFiles } from './refuse-files.ts'
import { hasFocus, useFocus } from './use-focus.ts'
import { useWriter } from './use-writer.ts'

/** The count appears when no more than this many characters are left. */
const NEAR = 200

/** Where the user writes messages. */
export function Composer() {
  const texts = useTexts()
  const { room } = useRoom()
  const field = useRef<HTMLTextAreaElement>(null)
  const barId = useId()
  const countId = useId()
  const writer = useWriter(() => hasFocus(field))
  const { writing, text } = writer
  const left = charactersLeft(text)
  const isNear = left <= NEAR
  useFocus(field, writing)
  useEffect(() => () => room.typing(false), [room])

  function send(): void {
    writer.send()
    field.current?.focus()
  }
  function cancel(): void {
    writer.cancel()
    field.current?.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    const state = { isEmpty: text === '', isWriting: !!writing, isTouch: isTouch() }
    const action = keyAction(event, state)
    // The buttons have keys of their own.
    if (action === undefined || (action !== 'cancel' && event.target !== field.current)) return
    event.preventDefault()
    event.stopPropagation()
    ;({ send, cancel, 'edit-last': writer.editLast })[action]()
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onKeyDown={onKeyDown}
      {...refuseFiles(() => writer.showProblem(texts.onlyText))}
    >
      {writing && (
        <Later part="WritingBar" writing={writing} isSaving={writer.isSaving} id={barId} onCancel={cancel} />
      )}
      <Problem text={writer.problem} />
      <div class="composer-row">
        <div class="composer-field" data-text={text}>
          <textarea
            ref={field}
            class="composer-text"
            rows={1}
            dir="auto"
            aria-label={texts.message}
            aria-describedby={[writing && barId, isNear && countId].filter(Boolean).join(' ') || undefined}
            placeholder={texts.message}
            value={text}
            readOnly={writer.isSaving}
            onInput={(event) => writer.write(event.currentTarget.value)}
            onBlur={() => room.typing(false)}
          />
        </div>
        <button
          type="submit"
          class="composer-send"
          aria-label={texts.send}
          title={texts.send}
          disabled={!writer.canSend}
          // The field keeps the focus, so that the keyboard on the screen stays open.
          onMouseDown={(event) => event.preventDefault()}
        >
          <Icon name="send" />
        </button>
      </div>
      {isNear && <Later part="Count" left={left} id={countId} />}
    </form>
  )
}
