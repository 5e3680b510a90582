import { useId, useState } from 'preact/hooks'
import { NotificationChoices } from '../attention/notification-choices.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Icon } from '../ui/icon.tsx'
import { useFrame, useTexts } from './context.ts'
import { LanguageButton } from './language-button.tsx'
import { themeOf } from './preferences.ts'
import { useReadable } from './readable.ts'

/** Preferences and signing out. */
export function Menu() {
  const texts = useTexts()
  const { preferences, session } = useFrame()
  const theme = useReadable(preferences.theme)
  const id = useId()
  const [isLeaving, setLeaving] = useState(false)
  const themes = { system: texts.themeSystem, light: texts.themeLight, dark: texts.themeDark }
  return (
    <>
      <button type="button" class="icon-button" aria-label={texts.menu} popovertarget={id}>
        <Icon name="menu" />
      </button>
      <div id={id} popover="auto" class="menu">
        <LanguageButton />
        <label class="label">
          {texts.theme}
          <select
            class="field"
            value={theme}
            onChange={(event) => preferences.theme.set(themeOf(event.currentTarget.value))}
          >
            {Object.entries(themes).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <NotificationChoices />
        <button type="button" class="button" onClick={() => setLeaving(true)}>
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
