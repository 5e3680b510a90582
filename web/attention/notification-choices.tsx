/** Whether the browser shows notifications and plays a sound. */
export function NotificationChoices() {
  return null
}
