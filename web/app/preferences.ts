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

/** Choices that come from elsewhere, such as attributes of the element, take precedence over stored ones. */
export interface Defaults {
  readonly language?: Language | undefined
  readonly theme?: Theme | undefined
}

export function createPreferences(defaults: Defaults = {}): Preferences {
  return {
    language: choice('language', defaults.language, languageOf(read('language') ?? navigator.language)),
    theme: choice('theme', defaults.theme, themeOf(read('theme'))),
    sound: choice('sound', undefined, read('sound') === 'true'),
    notifications: choice('notifications', undefined, read('notifications') === 'true'),
  }
}

/** The language with this tag, such as `fr-CA`; English for all that are not supported. */
export const languageOf = (tag: string): Language => (/^fr\b/i.test(tag) ? 'fr' : 'en')

export const themeOf = (name: string | null | undefined): Theme =>
  name === 'light' || name === 'dark' ? name : 'system'

/** Storage can be forbidden; the choice then lasts as long as the page. */
function read(name: string): string | null {
  try {
    return localStorage.getItem(`admin-chat.${name}`)
  } catch {
    return null
  }
}

function choice<T extends string | boolean>(name: string, given: T | undefined, stored: T): Source<T> {
  const value = source<T>(given ?? stored)
  value.subscribe(() => {
    try {
      localStorage.setItem(`admin-chat.${name}`, String(value.getSnapshot()))
    } catch {}
  })
  return value
}
