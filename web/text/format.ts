/** Dates and times as a language writes them, in the browser's time zone. */
export interface Formats {
  /** 14:05 */
  time(date: Date): string
  /** Today, Yesterday, Monday, or 3 March 2025 */
  day(date: Date, now?: Date): string
  /** For a list: the time of today's dates, otherwise the day in short. */
  short(date: Date, now?: Date): string
  /** A date with its time, as precisely as it is known. */
  full(date: Date): string
  /** 5 minutes ago. At least one minute, because languages have no good words for less. */
  ago(date: Date, now?: Date): string
  /** In 5 minutes; rounded up to whole minutes. */
  after(ms: number): string
  /** Names joined as in a sentence. */
  list(names: readonly string[]): string
}

const DAY_MS = 86_400_000
/** Older days are written with their date. */
const WEEK_DAYS = 7

/** A number where there is little room for it. */
export const shortCount = (count: number): string => (count > 99 ? '99+' : String(count))

/** The formats of a language, in the browser's own variant if the browser is set to this language. */
export function formatsOf(language: string): Formats {
  const locale = navigator.language.startsWith(language) ? navigator.language : language
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long' })
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long' })
  const shortDate = new Intl.DateTimeFormat(locale, { dateStyle: 'short' })
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const list = new Intl.ListFormat(locale)

  const named = (on: Date, now: Date): string | undefined => {
    const days = daysBetween(on, now)
    if (days === 0 || days === 1) return capital(relative.format(-days, 'day'), locale)
    return days > 1 && days < WEEK_DAYS ? capital(weekday.format(on), locale) : undefined
  }
  const fromNow = (minutes: number): string => {
    const size = Math.abs(minutes)
    if (size < 60) return relative.format(minutes, 'minute')
    if (size < 24 * 60) return relative.format(Math.round(minutes / 60), 'hour')
    return relative.format(Math.round(minutes / 60 / 24), 'day')
  }
  return {
    time: (on) => time.format(on),
    day: (on, now = new Date()) => named(on, now) ?? date.format(on),
    short: (on, now = new Date()) =>
      daysBetween(on, now) === 0 ? time.format(on) : (named(on, now) ?? shortDate.format(on)),
    full: (on) => full.format(on),
    ago: (on, now = new Date()) => fromNow(-Math.max(1, Math.round((now.getTime() - on.getTime()) / 60_000))),
    after: (ms) => fromNow(Math.ceil(ms / 60_000)),
    list: (names) => list.format(names),
  }
}

/** Whole days in the browser's time zone, also across changes of daylight saving time. */
function daysBetween(earlier: Date, later: Date): number {
  const startOf = (on: Date) => Date.UTC(on.getFullYear(), on.getMonth(), on.getDate())
  return (startOf(later) - startOf(earlier)) / DAY_MS
}

const capital = (text: string, locale: string): string =>
  text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1)
