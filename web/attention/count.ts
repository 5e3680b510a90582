import { shortCount } from '../text/format.ts'

/** Shows in the title of the page, on its icon, and on the icon of the installed app how much waits for the user. */
export function showCount(count: number, title: string): void {
  document.title = count > 0 ? `(${shortCount(count)}) ${title}` : title
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  // A file, because the policy of the page allows no data: addresses.
  if (icon) icon.href = count > 0 ? '/icon-unread.svg' : '/icon.svg'
  // Only installed apps have a badge.
  navigator.setAppBadge?.(count).catch(() => {})
}
