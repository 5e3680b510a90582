import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Chat, ChatState, Readable } from '../../client/index.ts'
import type { Source } from '../../client/readable.ts'
import type { Texts } from '../text/texts.ts'
import type { DemoUser } from './demo-users.ts'
import type { Parts } from './later.tsx'
import type { Preferences } from './preferences.ts'
import { useReadable } from './readable.ts'
import type { Route } from './routes.ts'
import type { Session } from './session.ts'

/** What exists even before a user has signed in. */
export interface Frame {
  /** The URL before `/api`. */
  readonly server: string
  readonly session: Session
  readonly preferences: Preferences
  /** All texts in the user's language. */
  readonly texts: Readable<Texts>
  readonly route: Route
  /** What screen readers read aloud next. */
  readonly announcement: Source<string>
  /** Undefined if the chat is an element on the page of another site. */
  readonly page?: PageOnly
  /** Undefined until they are loaded. */
  readonly parts: Readable<Parts | undefined>
}

/** What the page has, while an element leaves it to its site. */
export interface PageOnly {
  /** The users as whom a visitor can sign in with one click. */
  demoUsers(): Promise<readonly DemoUser[]>
}

// The roots of the page and of the element provide both contexts before anything reads them.
export const FrameContext = createContext(undefined as unknown as Frame)
export const ChatContext = createContext(undefined as unknown as Chat)

export const useFrame = (): Frame => useContext(FrameContext)

/** The chat of the user who is signed in. */
export const useChat = (): Chat => useContext(ChatContext)

/** All texts in the user's language. */
export const useTexts = (): Texts => useReadable(useFrame().texts)

/** Whether the server can be asked for something now. */
export const isConnected = ({ phase }: ChatState): boolean => phase === 'online' || phase === 'polling'

export const useIsConnected = (): boolean => isConnected(useReadable(useChat().state))

/** The id of the user who is signed in. */
export const useUserId = (): string => useReadable(useChat().user) ?? ''
