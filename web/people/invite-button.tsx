import { type Person, RequestError } from '../../client/index.ts'
import { useAllTexts } from '../app/all-texts.ts'
import { useChat, useFrame } from '../app/context.ts'
import { nameOf } from '../app/names.ts'
import { placeOf } from '../app/place.ts'
import { Problem, useAction } from '../ui/use-action.tsx'
import { andRefresh } from './and-refresh.ts'

/** Invites a person, or opens the conversation if there is one already. */
export function InviteButton(props: {
  readonly person: Person
  readonly words: string
  readonly onInvited: () => void
  readonly onOpen: () => void
}) {
  const { person, words, onInvited, onOpen } = props
  const texts = useAllTexts()
  const chat = useChat()
  const { route, announcement } = useFrame()
  const { run, isBusy, problem } = useAction()
  const name = nameOf(person)

  async function invite(): Promise<void> {
    const isHere = placeOf(route)
    try {
      await andRefresh(chat, chat.invite(person.id, words.trim()))
      announcement.set(texts.invited(name))
      onInvited()
    } catch (error) {
      const existing = error instanceof RequestError ? error.conversationId : undefined
      if (existing === undefined) throw error
      if (!isHere()) return
      route.go(existing)
      onOpen()
    }
  }
  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={texts.invite(name)}
        aria-disabled={isBusy}
        onClick={() => run(invite)}
      >
        {texts.inviteShort}
      </button>
      <Problem text={problem} />
    </>
  )
}
