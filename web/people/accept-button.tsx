import type { Invitation } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat, useFrame, useUserId } from '../app/context.ts'
import { keep, keyOf } from '../app/kept.ts'
import { nameOf } from '../app/names.ts'
import { placeOf } from '../app/place.ts'
import { Problem, useAction } from '../ui/use-action.tsx'

/** Accepts an invitation and opens its conversation, unless the user has gone elsewhere in the meantime. */
export function AcceptButton(props: { readonly invitation: Invitation; readonly onAccepted?: () => void }) {
  const texts = useAllTexts()
  const chat = useChat()
  const { route, server } = useFrame()
  const userId = useUserId()
  const { run, isBusy, problem } = useAction()
  const { id, from_user, message } = props.invitation

  async function accept(): Promise<void> {
    const isHere = placeOf(route)
    const conversation = await chat.respond(id, 'accept')
    const opens = isHere()
    props.onAccepted?.()
    if (!conversation) return
    // The server no longer returns the text of an accepted invitation, so the browser keeps it.
    if (message) keep(keyOf(server, userId, 'words', conversation.id), texts.says(nameOf(from_user), message))
    if (opens) route.go(conversation.id)
  }
  return (
    <>
      <button
        type="button"
        class="button"
        data-kind="primary"
        aria-label={texts.accept(nameOf(from_user))}
        aria-disabled={isBusy}
        onClick={() => run(accept)}
      >
        {texts.acceptShort}
      </button>
      <Problem text={problem} />
    </>
  )
}
