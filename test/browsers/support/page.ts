// Runs in the browser. Tests call these functions through `Tab.evaluate`.
import type * as chatClient from '../../../client/index.ts'
import type { Chat, Room } from '../../../client/types.ts'

export interface Start {
  readonly url: string
  readonly rest: string
  readonly token: string
  readonly conversation: string
}

/** What the page shows, as a test sees it. */
export interface Shown {
  readonly phase: string
  /** For how many milliseconds it has been in this phase. */
  readonly phaseMs: number
  readonly storage: string
  /** How many sockets this tab has opened, or begun to open, and not closed. */
  readonly sockets: number
  readonly entries: readonly { readonly seq: number; readonly content: string }[]
  readonly pending: readonly { readonly content: string; readonly stored: boolean; readonly status: string }[]
  readonly hasOlder: boolean
  readonly typing: readonly string[]
  readonly draft: string
}

/** What the script of the page has put here, and what tests use. */
const page = globalThis as unknown as {
  readonly chatClient: typeof chatClient
  actions: typeof actions
  dispatchEvent(event: Event): void
  addEventListener(type: 'pageshow', listener: (event: { readonly persisted: boolean }) => void): void
  readonly document: EventTarget
  readonly performance: {
    getEntriesByType(type: 'navigation'): readonly {
      readonly notRestoredReasons?: { readonly reasons: readonly { readonly reason: string }[] }
    }[]
  }
}

let chat: Chat
let room: Room
const open = new Set<WebSocket>()
let isRestored = false

/** The browser's own socket, counted until it is closed. */
class CountedSocket extends WebSocket {
  constructor(url: string) {
    super(url)
    open.add(this)
    this.addEventListener('close', () => open.delete(this))
  }
}

const actions = {
  start({ url, rest, token, conversation }: Start): void {
    chat = page.chatClient.createChat({ url, rest, token: () => token, WebSocket: CountedSocket as never })
    room = chat.open(conversation)
  },
  shown(): Shown {
    const { phase, since, storage } = chat.state.getSnapshot()
    const { entries, pending, hasOlder, typing } = room.log.getSnapshot()
    return {
      phase,
      phaseMs: Date.now() - since,
      storage,
      sockets: open.size,
      entries: entries.map((entry) => ({
        seq: entry.seq,
        content: entry.kind === 'message' ? entry.content : entry.kind,
      })),
      pending: pending.map(({ content, stored, status }) => ({ content, stored, status })),
      hasOlder,
      typing,
      draft: room.draft.getSnapshot(),
    }
  },
  send: (content: string): string => room.send(content),
  older: (): void => void room.older(),
  setDraft: (text: string): void => room.setDraft(text),
  typing: (on: boolean): void => room.typing(on),
  /** Gives the page a hint of the browser about the network. */
  hint: (type: 'online' | 'offline'): void => page.dispatchEvent(new Event(type)),
  /** Tells the page that the user sees it now, as a browser does on a change of tabs. */
  becomeVisible: (): void => void page.document.dispatchEvent(new Event('visibilitychange')),
  /** Whether the page came back from the back/forward cache, and if not, the browser's reasons. */
  restoration: () => ({
    isRestored,
    reasons: page.performance.getEntriesByType('navigation')[0]?.notRestoredReasons?.reasons ?? [],
  }),
  /** Blocks the tab, as a frozen page is blocked. */
  freeze(ms: number): void {
    setTimeout(() => {
      const end = Date.now() + ms
      while (Date.now() < end);
    })
  },
}
page.actions = actions
page.addEventListener('pageshow', ({ persisted }) => {
  isRestored = persisted
})
export type Actions = typeof actions
