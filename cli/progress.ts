import { printable } from '../protocol/text.ts'

/** The progress of shorter work is not shown. */
const SHOWN_AFTER_MS = 1000
const INTERVAL_MS = 100
const BAR_COLUMNS = 24

export interface Progress {
  /** @param share how much is done, from 0 to 1, if that is known */
  show(text: string, share?: number): void
  /** Removes the line. */
  end(): void
}

/**
 * A line on standard error that shows how far a command has come. Shows nothing if standard error is not a terminal.
 */
export function progressOf(command: string): Progress {
  const { stderr } = process
  let next = Date.now() + SHOWN_AFTER_MS
  let isShown = false
  return {
    show(text, share) {
      if (!stderr.isTTY || Date.now() < next) return
      next = Date.now() + INTERVAL_MS
      isShown = true
      const line = `${command}: ${share === undefined ? '' : `${bar(share)} `}${printable(text)}`
      stderr.write(`\r\x1b[K${line.slice(0, stderr.columns - 1)}`)
    },
    end() {
      if (isShown) stderr.write('\r\x1b[K')
    },
  }
}

function bar(share: number): string {
  const full = Math.floor(share * BAR_COLUMNS)
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_COLUMNS - full)}] ${percent(share, 1)},`
}

export const percent = (part: number, whole: number) =>
  `${whole === 0 ? 100 : Math.floor((100 * part) / whole)} %`
