import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline'
import type { WriteStream } from 'node:tty'

const graphemes = new Intl.Segmenter()

interface ScreenListener {
  /** The user entered a line. */
  entered(line: string): void
  /** The user pressed a key; `line` is the text in the editor after it. */
  typed(line: string): void
  /** Ctrl-C, Ctrl-D, or the terminal is gone. */
  left(): void
  /** Returns the completions of what is typed so far. */
  complete(beginning: string): readonly string[]
}

/** A line editor at the bottom of a terminal, with output above it. */
export class Screen {
  readonly #output: WriteStream
  readonly #listener: ScreenListener
  readonly #editor: Interface
  #closed = false

  constructor(output: WriteStream, listener: ScreenListener) {
    this.#output = output
    this.#listener = listener
    const completer = (line: string) => [listener.complete(line), line] as [string[], string]
    this.#editor = createInterface({ input: process.stdin, output, completer })
    this.#editor.on('line', (line) => listener.entered(line))
    this.#editor.on('SIGINT', () => listener.left())
    this.#editor.on('close', () => this.#onClose())
    process.stdin.on('keypress', () => listener.typed(this.#editor.line))
  }

  /** Prints a line above the text being typed. */
  print(text: string): void {
    if (this.#closed) {
      this.#output.write(`${text}\n`)
      return
    }
    const { rows } = this.#editor.getCursorPos()
    this.#clear(rows)
    // Before it redraws, the editor moves up by the rows that its text occupied.
    this.#output.write(`${text}\n${'\n'.repeat(rows)}`)
    this.draw()
  }

  /** Sets the prompt. */
  prompt(text: string): void {
    if (this.#closed) return
    const changed = this.#editor.getPrompt() !== text
    this.#editor.setPrompt(text)
    if (changed) this.draw()
  }

  /** Erases the line that was just entered; erases too little rather than too much if its width is uncertain. */
  eraseEntered(line: string): void {
    const columns = this.#editor.getPrompt().length + [...graphemes.segment(line)].length
    this.#clear(Math.max(1, Math.ceil(columns / (this.#output.columns || 80))))
    this.draw()
  }

  /** Redraws the prompt and the text being typed. */
  draw(): void {
    if (!this.#closed) this.#editor.prompt(true)
  }

  close(): void {
    this.#editor.close()
  }

  #onClose(): void {
    if (this.#closed) return
    this.#closed = true
    this.#output.write('\n')
    this.#listener.left()
  }

  #clear(rows: number): void {
    moveCursor(this.#output, 0, -rows)
    cursorTo(this.#output, 0)
    clearScreenDown(this.#output)
  }
}
