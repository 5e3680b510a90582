/** Interval between lines if standard error is not a terminal. */
const INTERVAL_MS = 15_000

/** A status line that is overwritten on a terminal; in a log, a new line now and then. */
export function progressOf(name: string) {
  const { stderr } = process
  const began = Date.now()
  let last = began
  return {
    show(text: string): void {
      const line = `${name} ${String(Math.round((Date.now() - began) / 1000)).padStart(4)} s  ${text}`
      if (stderr.isTTY) {
        stderr.write(`\r\x1b[K${line.slice(0, stderr.columns - 1)}`)
      } else if (Date.now() - last > INTERVAL_MS) {
        last = Date.now()
        stderr.write(`${line}\n`)
      }
    },
    /** Removes the line. */
    end(): void {
      if (stderr.isTTY) stderr.write('\r\x1b[K')
    },
  }
}
