/** A tab of a browser. */
export interface Tab {
  /** Evaluates an expression, waits for its promise and returns the value, which must be JSON. */
  evaluate(expression: string): Promise<unknown>
  reload(): Promise<void>
  close(): Promise<void>
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
