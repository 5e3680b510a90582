/** Interval between lines if the stream is not a terminal. */
const INTERVAL_MS = 15_000

/** A status line that is overwritten on a terminal; in a log, a line now and then. */
export interface Progress {
  show(text: string): void
  /** Removes the line. */
  end(): void
}

export function progressOf(name: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  const began = Date.now()
  let last = began
  return {
    show(text) {
      const line = `${name} ${String(Math.round((Date.now() - began) / 1000)).padStart(4)} s  ${text}`
      if (stream.isTTY) {
        stream.write(`\r\x1b[K${line.slice(0, stream.columns - 1)}`)
      } else if (Date.now() - last > INTERVAL_MS) {
        last = Date.now()
        stream.write(`${line}\n`)
      }
    },
    end() {
      if (stream.isTTY) stream.write('\r\x1b[K')
    },
  }
}
