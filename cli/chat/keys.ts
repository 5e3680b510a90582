import { emitKeypressEvents, type Key } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'

/** Sequences that a terminal sends before and after a pasted text, after it was asked to mark pastes. */
const PASTE_BEGINS = '\u001b[200~'
const PASTE_ENDS = '\u001b[201~'
const MARK_PASTES = '\u001b[?2004h'
const DO_NOT_MARK_PASTES = '\u001b[?2004l'

interface KeyListener {
  onKey(text: string | undefined, key: Key): void
  /** The lines of the text end with `\n`. */
  onPaste(text: string): void
  /** The terminal is gone. */
  onEnd(): void
}

/** Reads a terminal, and distinguishes typed keys from pasted text. */
export function readKeys(input: ReadStream, output: WriteStream, { onEnd, onKey, onPaste }: KeyListener) {
  let pasted: string | undefined

  function onKeypress(text: string | undefined, key: Key): void {
    const { sequence = '' } = key
    if (sequence === PASTE_BEGINS) pasted = ''
    else if (sequence === PASTE_ENDS) {
      const all = pasted ?? ''
      pasted = undefined
      onPaste(all.replace(/\r\n?/g, '\n'))
    } else if (pasted === undefined) onKey(text, key)
    else pasted += sequence
  }

  const markPastes = () => void output.write(MARK_PASTES)
  emitKeypressEvents(input)
  input.on('keypress', onKeypress)
  input.on('end', onEnd)
  input.on('error', onEnd)
  input.resume()
  markPastes()
  return {
    /** Must be called after the program was suspended, because the shell may have switched the marking off. */
    markPastes,
    stop() {
      output.write(DO_NOT_MARK_PASTES)
      input.pause()
    },
  }
}
