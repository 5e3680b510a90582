/** The actions of one device, in the format of WebDriver: https://w3c.github.io/webdriver/#actions */
export interface InputSource {
  readonly type: 'pointer' | 'key'
  readonly id: string
  readonly actions: readonly InputAction[]
}

export type InputAction =
  | { readonly type: 'pointerMove'; readonly x: number; readonly y: number; readonly duration: 0 }
  | { readonly type: 'pointerDown' | 'pointerUp'; readonly button: 0 }
  | { readonly type: 'keyDown' | 'keyUp'; readonly value: string }

/** Keys that have no character. */
export const keys = { Enter: '\uE007', Escape: '\uE00C', Control: '\uE009' } as const

/** A tab of a browser. */
export interface Tab {
  /** Evaluates an expression, waits for its promise and returns the value, which must be JSON. */
  evaluate(expression: string): Promise<unknown>
  reload(): Promise<void>
  close(): Promise<void>
  /** Acts as a pointer and a keyboard do. */
  perform(actions: readonly InputSource[]): Promise<void>
  /** Ends the process of the tab, as a crash does; only in Chromium. */
  crash?(): Promise<void>
  /** Goes to another page. The browser keeps this one in its back/forward cache; only in Chromium. */
  leave?(): Promise<void>
  /** Returns to the page after `leave`. */
  back?(): Promise<void>
}

/** A running browser with an empty profile. Its tabs share storage, locks and channels. */
export interface Browser {
  /** Opens a tab and waits until the page has loaded. */
  open(url: string): Promise<Tab>
  close(): Promise<void>
}

export interface Engine {
  readonly name: string
  /** Whether its tabs can crash, and leave a page for the back/forward cache. */
  readonly hasAll: boolean
  launch(): Promise<Browser>
}
