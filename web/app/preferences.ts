import { type Source, source } from '../../client/readable.ts'
import type { Language } from '../text/texts.ts'

export type Theme = 'system' | 'light' | 'dark'

/** What the user has chosen for this browser. Every choice is stored as soon as it is made. */
export interface Preferences {
  readonly language: Source<Language>
  readonly theme: Source<Theme>
  readonly sound: Source<boolean>
  readonly notifications: Source<boolean>
}

export function createPreferences(): Preferences {
  return {
    language: choice('language', (stored) => languageOf(stored ?? navigator.language)),
    theme: choice('theme', themeOf),
    sound: choice('sound', isTrue),
    notifications: choice('notifications', isTrue),
  }
}

const isTrue = (stored: string | null) => stored === 'true'

/** The language with this tag, such as `fr-CA`; English for every language that is not supported. */
export const languageOf = (tag: string): Language => (/^fr\b/i.test(tag) ? 'fr' : 'en')

export const themeOf = (name: string | null | undefined): Theme =>
  name === 'light' || name === 'dark' ? name : 'system'

/** Storage can be forbidden; the choice then lasts as long as the page. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** A choice that is stored, and follows what the user chooses in another tab. */
function choice<T extends string | boolean>(name: string, parse: (stored: string | null) => T): Source<T> {
  const key = `admin-chat.${name}`
  const value = source<T>(parse(read(key)))
  value.subscribe(() => {
    try {
      localStorage.setItem(key, String(value.getSnapshot()))
    } catch {}
  })
  addEventListener('storage', (event) => {
    if (event.key === key) value.set(parse(event.newValue))
  })
  return value
}
