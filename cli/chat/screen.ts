import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline'
import type { WriteStream } from 'node:tty'

const graphemes = new Intl.Segmenter()

interface Typist {
  /** A line was entered. */
  entered(line: string): void
  /** A key was pressed; the line is as it then stands. */
  typed(line: string): void
  /** Ctrl-C, Ctrl-D, or no terminal any more. */
  left(): void
  /** The words that a beginning may become. */
  complete(beginning: string): readonly string[]
}

/** A line editor at the bottom of a terminal, with lines that appear above it. */
export class Screen {
  readonly #editor: Interface
  #closed = false

  constructor(
    private readonly output: WriteStream,
    private readonly typist: Typist,
  ) {
    const completer = (line: string) => [typist.complete(line), line] as [string[], string]
    this.#editor = createInterface({ input: process.stdin, output, completer })
    this.#editor.on('line', (line) => typist.entered(line))
    this.#editor.on('SIGINT', () => typist.left())
    this.#editor.on('close', () => this.#gone())
    process.stdin.on('keypress', () => this.typist.typed(this.#editor.line))
  }

  /** Writes a line above what is being typed. */
  print(text: string): void {
    if (this.#closed) {
      this.output.write(`${text}\n`)
      return
    }
    const { rows } = this.#editor.getCursorPos()
    this.#clear(rows)
    // The editor goes back up the rows that its text took before it draws it again.
    this.output.write(`${text}\n${'\n'.repeat(rows)}`)
    this.draw()
  }

  /** What stands before the text that is typed. */
  prompt(text: string): void {
    if (this.#closed) return
    const changed = this.#editor.getPrompt() !== text
    this.#editor.setPrompt(text)
    if (changed) this.draw()
  }

  /** Takes the line that was just entered off the screen; where widths are in doubt too little of it. */
  takeBack(line: string): void {
    const columns = this.#editor.getPrompt().length + [...graphemes.segment(line)].length
    this.#clear(Math.max(1, Math.ceil(columns / (this.output.columns || 80))))
    this.draw()
  }

  /** Shows prompt and text again. */
  draw(): void {
    if (!this.#closed) this.#editor.prompt(true)
  }

  close(): void {
    this.#editor.close()
  }

  #gone(): void {
    if (this.#closed) return
    this.#closed = true
    this.output.write('\n')
    this.typist.left()
  }

  #clear(rows: number): void {
    moveCursor(this.output, 0, -rows)
    cursorTo(this.output, 0)
    clearScreenDown(this.output)
  }
}
