import { Avatar } from '../ui/avatar.tsx'
import { useAllTexts } from './all-texts.ts'
import { useChat, useUserId } from './context.ts'
import { Later } from './later.tsx'
import { nameOf } from './names.ts'
import { useReadable } from './readable.ts'
import { ThemeChoice } from './theme-choice.tsx'

/** Who is signed in, and preferences. */
export function MenuContent() {
  return (
    <>
      <User />
      <ThemeChoice />
      <Later part="NotificationChoices" />
    </>
  )
}

/** The user's own name, if a conversation tells it; an id says nothing to the user. */
function User() {
  const texts = useAllTexts()
  const userId = useUserId()
  const { items } = useReadable(useChat().conversations)
  const person = items.flatMap(({ participants }) => participants).find(({ id }) => id === userId)
  const name = person && nameOf(person)
  if (!name) return null
  return (
    <div class="menu-user">
      <Avatar id={userId} name={name} />
      <p class="truncate">
        <span class="hint">{texts.signedInAs}</span> <strong dir="auto">{name}</strong>
      </p>
    </div>
  )
}
