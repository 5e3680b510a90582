import { useEffect, useState } from 'preact/hooks'
import type { Person } from '../../client/index.ts'
import { Avatar } from '../ui/avatar.tsx'
import { useAllTexts } from './all-texts.ts'
import { useChat, useFrame, useUserId } from './context.ts'
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

/** The user's own name, if a conversation or the list of demo users contains it; otherwise the id. */
function User() {
  const texts = useAllTexts()
  const { page } = useFrame()
  const userId = useUserId()
  const { items } = useReadable(useChat().conversations)
  const [demoUsers, setDemoUsers] = useState<readonly Person[]>([])
  const isSelf = ({ id }: Person) => id === userId
  const known = items.flatMap(({ participants }) => participants).find(isSelf)
  useEffect(() => {
    if (!known) void page?.demoUsers().then(setDemoUsers)
  }, [page, !known])
  const person = known ?? demoUsers.find(isSelf)
  const name = (person && nameOf(person)) || userId
  return (
    <div class="menu-user">
      <Avatar id={userId} name={name} />
      <p class="truncate">
        <span class="hint">{texts.signedInAs}</span> <strong dir="auto">{name}</strong>
      </p>
    </div>
  )
}
