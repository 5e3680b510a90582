import { inject } from 'vitest'
import type { Admin } from '../../support/chat.ts'
import type { Browser, Tab } from './engine.ts'
import type { Line } from './line.ts'
import type { Actions, Shown, Start } from './page.ts'

/** A tab in which a user has opened a conversation. */
export interface ChatTab extends Pick<Tab, 'close' | 'crash' | 'leave' | 'back'> {
  /** Calls a function of page.ts. */
  call<Name extends keyof Actions>(
    name: Name,
    ...args: Parameters<Actions[Name]>
  ): Promise<ReturnType<Actions[Name]>>
  shown(): Promise<Shown>
  /** Loads the page again and opens the conversation again. */
  reload(): Promise<void>
}

export interface TabOptions {
  readonly browser: Browser
  /** The address of the page. */
  readonly page: string
  readonly user: Admin
  readonly conversation: string
  /** What the traffic goes through. @default - the chat's own port */
  readonly line?: Line
}

export async function openTab(options: TabOptions): Promise<ChatTab> {
  const { browser, page, user, conversation, line } = options
  const rest = line ? `http://localhost:${line.port}` : inject('url')
  const url = `${rest.replace('http', 'ws')}/ws/chat`
  const start: Start = { url, rest, token: user.token, conversation }
  const tab = await browser.open(page)
  const call: ChatTab['call'] = async (name, ...args) =>
    (await tab.evaluate(`globalThis.actions.${name}(...${JSON.stringify(args)})`)) as ReturnType<
      Actions[typeof name]
    >
  await call('start', start)
  return {
    ...tab,
    call,
    shown: () => call('shown'),
    async reload() {
      await tab.reload()
      await call('start', start)
    },
  }
}
