/** Between two lines where there is no terminal to write over. */
const QUIET_MILLIS = 15_000

/** One line that is written over on a terminal, and a line now and then in a log. */
export interface Progress {
  show(text: string): void
  /** Takes the line away. */
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
      } else if (Date.now() - last > QUIET_MILLIS) {
        last = Date.now()
        stream.write(`${line}\n`)
      }
    },
    end() {
      if (stream.isTTY) stream.write('\r\x1b[K')
    },
  }
}
