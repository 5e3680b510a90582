import { useEffect, useId, useRef } from 'preact/hooks'
import { useTexts } from '../app/context.ts'
import { useRoom } from '../conversation/room-context.ts'
import { Icon } from '../ui/icon.tsx'
import { isTouch } from '../ui/is-touch.ts'
import { Problem } from '../ui/use-action.tsx'
import { charactersLeft } from './content.ts'
import { Count } from './count.tsx'
import { keyAction } from './keys.ts'
import { refuseFiles } from './refuse-files.ts'
import { hasFocus, useFocus } from './use-focus.ts'
import { useWriter } from './use-writer.ts'
import { WritingBar } from './writing-bar.tsx'

/** Where the user writes messages. */
export function Composer() {
  const texts = useTexts()
  const { room } = useRoom()
  const field = useRef<HTMLTextAreaElement>(null)
  const barId = useId()
  const countId = useId()
  const writer = useWriter(() => hasFocus(field))
  const { writing, text } = writer
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
      {writing && <WritingBar writing={writing} isSaving={writer.isSaving} id={barId} onCancel={cancel} />}
      <Problem text={writer.problem} />
      <div class="composer-row">
        <div class="composer-field" data-text={text}>
          <textarea
            ref={field}
            class="composer-text"
            rows={1}
            dir="auto"
            aria-label={texts.message}
            aria-describedby={writing ? `${barId} ${countId}` : countId}
            placeholder={texts.message}
            value={text}
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
          // The keyboard on the screen stays open.
          onMouseDown={(event) => event.preventDefault()}
        >
          <Icon name="send" />
        </button>
      </div>
      <Count left={charactersLeft(text)} id={countId} />
    </form>
  )
}
