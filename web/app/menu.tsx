import { useId, useRef, useState } from 'preact/hooks'
import { Avatar } from '../ui/avatar.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Icon } from '../ui/icon.tsx'
import { useChat, useFrame, useTexts, useUserId } from './context.ts'
import { LanguageButton } from './language-button.tsx'
import { nameOf } from './names.ts'
import { useReadable } from './readable.ts'
import { ThemeChoice } from './theme-choice.tsx'

/** Who is signed in, preferences, and signing out. */
export function Menu() {
  const texts = useTexts()
  const { session, page } = useFrame()
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  const [isLeaving, setLeaving] = useState(false)
  function leave(): void {
    // Gives the focus back to the button, to which the dialog returns it.
    menu.current?.hidePopover()
    setLeaving(true)
  }
  return (
    <>
      <button type="button" class="icon-button" aria-label={texts.menu} popovertarget={id}>
        <Icon name="menu" />
      </button>
      <div ref={menu} id={id} popover="auto" class="menu" role="dialog" aria-label={texts.menu}>
        <User />
        <ThemeChoice />
        {page && <page.NotificationChoices />}
        <LanguageButton />
        <button type="button" class="button" onClick={leave}>
          {texts.signOut}
        </button>
      </div>
      {isLeaving && (
        <Confirm
          question={texts.signOutHint}
          action={texts.signOut}
          run={session.signOut}
          onClose={() => setLeaving(false)}
        />
      )}
    </>
  )
}

/** The user's own name, as far as a conversation tells it. */
function User() {
  const texts = useTexts()
  const userId = useUserId()
  const { items } = useReadable(useChat().conversations)
  const person = items.flatMap(({ participants }) => participants).find(({ id }) => id === userId)
  const name = person ? nameOf(person) : userId
  return (
    <div class="menu-user">
      <Avatar id={userId} name={name} />
      <p class="truncate">
        <span class="menu-hint muted">{texts.signedInAs}</span> <strong dir="auto">{name}</strong>
      </p>
    </div>
  )
}
