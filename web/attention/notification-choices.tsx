import { useEffect, useState } from 'preact/hooks'
import { useAllTexts } from '../app/all-texts.ts'
import { useFrame } from '../app/context.ts'
import { useReadable } from '../app/readable.ts'
import { hasNotifications } from './notifications.ts'
import { canPlay, playSound } from './sound.ts'

/** Lets the user switch on notifications and a sound. Both are off at first. */
export function NotificationChoices() {
  const texts = useAllTexts()
  const { sound } = useFrame().preferences
  async function change(isOn: boolean): Promise<void> {
    sound.set(isOn)
    // Lets the user hear the sound.
    if (isOn && (await canPlay())) playSound()
  }
  return (
    <div class="choices">
      {hasNotifications() && <NotificationChoice />}
      <label class="choice">
        <input
          type="checkbox"
          checked={useReadable(sound)}
          onChange={(event) => void change(event.currentTarget.checked)}
        />
        {texts.sound}
      </label>
    </div>
  )
}

function NotificationChoice() {
  const texts = useAllTexts()
  const { notifications } = useFrame().preferences
  const isWanted = useReadable(notifications)
  const [permission, setPermission] = useState(Notification.permission)
  const isBlocked = permission === 'denied'
  useEffect(() => followPermission(setPermission), [])
  async function change(isOn: boolean): Promise<void> {
    notifications.set(isOn)
    // The browser asks the user.
    if (isOn) setPermission(await Notification.requestPermission())
  }
  return (
    <>
      <label class="choice">
        <input
          type="checkbox"
          checked={isWanted && permission === 'granted'}
          disabled={isBlocked}
          onChange={(event) => void change(event.currentTarget.checked)}
        />
        {texts.notifications}
      </label>
      {isBlocked && <p class="hint">{texts.notificationsBlocked}</p>}
    </>
  )
}

/** Calls back when the user changes the permission in the browser's settings. Returns a function that ends this. */
function followPermission(onChange: (permission: NotificationPermission) => void): () => void {
  const ended = new AbortController()
  void navigator.permissions
    ?.query({ name: 'notifications' })
    .then((status) =>
      status.addEventListener('change', () => onChange(Notification.permission), { signal: ended.signal }),
    )
    .catch(() => {})
  return () => ended.abort()
}
