import { render } from 'preact'
import { source } from '../../client/readable.ts'
import { createPreferences, languageOf, type Preferences, themeOf } from '../app/preferences.ts'
import { elementRoute } from '../app/routes.ts'
import { createSession, type Session } from '../app/session.ts'
import { elementTokens, type TokenStore } from '../app/tokens.ts'
import { parts } from '../parts.ts'
import { Embedded } from './embedded.tsx'
import { styleSheet } from './style-sheet.ts'
import { textsIn } from './texts.ts'

const preferences = createPreferences()
const loadedParts = source(parts)

/** Returns the token of the user who is signed in to the site, or nothing. After an error it is called again. */
export type TokenFunction = TokenStore['read']

/**
 * `<admin-chat>`: the chat as an element of any page. It starts when it is connected to a document, and stops when it
 * is removed.
 *
 * Its event `unread` has the number of unread messages as its `detail`.
 */
export class AdminChat extends HTMLElement {
  static readonly observedAttributes = ['conversation', 'lang', 'launcher', 'open', 'server', 'theme']

  readonly #root = this.attachShadow({ mode: 'open' })
  readonly #conversation = source<string | undefined>(undefined)
  readonly #announcement = source('')
  /** The language and the theme of the attributes. They take precedence over the user's choices, and are not stored. */
  readonly #given = { language: source(languageOf('')), theme: source(themeOf('')) }
  #token: TokenFunction | undefined
  #session: Session | undefined

  constructor() {
    super()
    this.#root.adoptedStyleSheets = [styleSheet]
    // The site may have set `token` before this class was loaded.
    const early = Object.getOwnPropertyDescriptor(this, 'token')
    if (!early) return
    Reflect.deleteProperty(this, 'token')
    this.#token = early.value
  }

  /** Called before each connection. Setting it later signs in the user who is signed in to the site at that time. */
  get token(): TokenFunction | undefined {
    return this.#token
  }
  set token(token: TokenFunction | undefined) {
    this.#token = token
    this.#session?.restart()
  }

  /** Deletes everything that is stored about the user. To be called when the user signs out of the site. */
  async signOut(): Promise<void> {
    await this.#session?.signOut()
  }

  // Waits until the current script has ended, because the script may set the token next, or only move the element.
  connectedCallback(): void {
    queueMicrotask(() => this.#startOrStop())
  }
  disconnectedCallback(): void {
    queueMicrotask(() => this.#startOrStop())
  }

  attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (value === before) return
    if (name === 'conversation') this.#conversation.set(value ?? undefined)
    if (name === 'lang') this.#given.language.set(languageOf(value ?? ''))
    if (name === 'theme') this.#given.theme.set(themeOf(value))
    if (name === 'server' && this.#session) {
      this.#stop()
      this.#start()
    }
    this.#render()
  }

  #startOrStop(): void {
    if (this.isConnected && !this.#session) this.#start()
    if (!this.isConnected && this.#session) this.#stop()
  }

  #start(): void {
    this.#session = createSession(
      this.#server(),
      elementTokens(() => this.#token),
    )
    this.#render()
  }

  #stop(): void {
    render(null, this.#root)
    this.#session?.dispose()
    this.#session = undefined
  }

  /** By default the origin from which this module was loaded. */
  readonly #server = () => new URL(this.getAttribute('server') ?? '/', import.meta.url).origin

  #preferences(): Preferences {
    const { language, theme } = this.#given
    return {
      ...preferences,
      ...(this.hasAttribute('lang') && { language }),
      ...(this.hasAttribute('theme') && { theme }),
    }
  }

  #render(): void {
    if (!this.#session) return
    const preferences = this.#preferences()
    const frame = {
      server: this.#server(),
      session: this.#session,
      preferences,
      texts: textsIn(preferences.language),
      route: elementRoute(this.#server(), this.#conversation),
      announcement: this.#announcement,
      parts: loadedParts,
    }
    render(
      <Embedded
        frame={frame}
        isLauncher={this.hasAttribute('launcher')}
        isOpen={this.hasAttribute('open')}
        onToggle={(isOpen) => this.toggleAttribute('open', isOpen)}
        onUnread={(detail) => this.dispatchEvent(new CustomEvent('unread', { detail }))}
      />,
      this.#root,
    )
  }
}
