import type { Locator, Page } from 'playwright'
import { expect, vi } from 'vitest'
import { type Language, type Names, names } from './names.ts'

/** The page in Chromium. Things are found by their roles and names alone. */
export interface ChatPage {
  readonly page: Page
  readonly names: Names
  readonly composer: Locator
  /** The list of messages. */
  readonly list: Locator
  /** The list of conversations. */
  readonly conversations: Locator
  button(name: string | RegExp): Locator
  /** The message that contains a text. */
  message(text: string): Locator
  /** The link to the conversation whose title or person has this name. */
  conversation(title: string): Locator
  /** Waits until the connection has this name. */
  isConnected(name?: string): Promise<void>
  open(title: string): Promise<void>
  say(text: string): Promise<void>
  /** Uses one of a message's buttons. */
  act(text: string, action: string): Promise<void>
  /** Waits until the messages that are rendered contain these texts, in this order. */
  shows(...texts: readonly string[]): Promise<void>
}

/** Waits until a condition holds; fails with its last error. */
export const until = (check: () => Promise<void>, timeout = 30_000) =>
  vi.waitFor(check, { timeout, interval: 100 })

export function chatPage(page: Page, language: Language): ChatPage {
  const own = names[language]
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const composer = page.getByRole('textbox', { name: own.message, exact: true })
  const list = page.getByRole('list', { name: own.messages, exact: true })
  const conversations = page.getByRole('navigation', { name: own.conversations, exact: true })
  const message = (text: string) => list.getByRole('listitem').filter({ hasText: text })
  const conversation = (title: string) => conversations.getByRole('link', { name: title })
  return {
    page,
    names: own,
    composer,
    list,
    conversations,
    button,
    message,
    conversation,
    isConnected: (name = own.online) => page.getByRole('status', { name, exact: true }).waitFor(),
    async open(title) {
      await conversation(title).click()
      await composer.waitFor()
    },
    async say(text) {
      await composer.fill(text)
      await button(own.send).click()
    },
    async act(text, action) {
      await message(text).last().getByText(text).last().hover()
      await message(text).last().getByRole('button', { name: action, exact: true }).click()
    },
    shows: (...texts) =>
      until(async () => {
        const shown = (await list.getByRole('listitem').allInnerTexts()).join('\n')
        let end = 0
        for (const text of texts) {
          const at = shown.indexOf(text, end)
          expect(at, `${text} in ${shown}`).toBeGreaterThanOrEqual(0)
          end = at + text.length
        }
      }),
  }
}
