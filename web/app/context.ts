import { type ComponentType, createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Chat } from '../../client/index.ts'
import type { Source } from '../../client/readable.ts'
import type { Texts } from '../text/texts.ts'
import { textsOf } from '../text/texts.ts'
import type { DemoUser } from './demo-users.ts'
import type { Preferences } from './preferences.ts'
import { useReadable } from './readable.ts'
import type { Route } from './routes.ts'
import type { Session } from './session.ts'

/** What is there before a user has signed in. */
export interface Frame {
  /** What stands before `/api`. */
  readonly server: string
  readonly session: Session
  readonly preferences: Preferences
  readonly route: Route
  /** What screen readers read aloud next. */
  readonly announcement: Source<string>
  /** Undefined if the chat is an element on the page of another site. */
  readonly page?: PageParts
}

/** What the page has and an element leaves to its site. Passed in, so that the file of the element does not contain it. */
export interface PageParts {
  /** Renders nothing. */
  readonly Attention: ComponentType<{ readonly chat: Chat }>
  readonly NotificationChoices: ComponentType
  /** The users that can sign in by a click. */
  demoUsers(): Promise<readonly DemoUser[]>
}

export const FrameContext = createContext<Frame | undefined>(undefined)
export const ChatContext = createContext<Chat | undefined>(undefined)

export function useFrame(): Frame {
  const frame = useContext(FrameContext)
  if (!frame) throw new Error('There is no FrameContext.')
  return frame
}

/** The chat of the user who is signed in. */
export function useChat(): Chat {
  const chat = useContext(ChatContext)
  if (!chat) throw new Error('There is no ChatContext.')
  return chat
}

/** All texts in the user's language. */
export const useTexts = (): Texts => textsOf(useReadable(useFrame().preferences.language))

/** The id of the user who is signed in. */
export const useUserId = (): string => useReadable(useChat().user) ?? ''
