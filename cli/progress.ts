/** Work that takes less is not shown. */
const SHOWN_AFTER_MS = 1000
const INTERVAL_MS = 100

export interface Progress {
  show(text: string): void
  /** Removes the line. */
  end(): void
}

/** A line on standard error that shows how far a command has come, if that is a terminal. */
export function progressOf(command: string): Progress {
  const { stderr } = process
  let next = Date.now() + SHOWN_AFTER_MS
  let isShown = false
  return {
    show(text) {
      if (!stderr.isTTY || Date.now() < next) return
      next = Date.now() + INTERVAL_MS
      isShown = true
      stderr.write(`\r\x1b[K${`${command}: ${text}`.slice(0, stderr.columns - 1)}`)
    },
    end() {
      if (isShown) stderr.write('\r\x1b[K')
    },
  }
}

export const percent = (part: number, whole: number) =>
  `${whole === 0 ? 100 : Math.floor((100 * part) / whole)} %`
