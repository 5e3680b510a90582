import type { ChatOptions } from '../types.ts'

/** The parts of a browser's globals that the library uses. In Node, some do not exist. */
export interface BrowserGlobals extends EventTarget {
  readonly document?: EventTarget & { readonly visibilityState: string }
  readonly navigator?: { readonly locks?: Locks }
  readonly indexedDB?: unknown
  readonly WebSocket?: ChatOptions['WebSocket']
  readonly BroadcastChannel?: new (name: string) => BrowserChannel
}

interface Locks {
  request(
    name: string,
    options: { readonly steal?: boolean; readonly signal?: AbortSignal },
    run: () => Promise<void> | undefined,
  ): Promise<unknown>
}

interface BrowserChannel {
  onmessage: ((event: { readonly data: unknown }) => void) | null
  postMessage(message: unknown): void
  close(): void
}

/** Typed here, because Node's types lack these globals, and the browser's types would also reach the server's code. */
export const browserGlobals = globalThis as object as BrowserGlobals
