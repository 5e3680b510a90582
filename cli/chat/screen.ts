import { clearScreenDown, createInterface, cursorTo, type Key, moveCursor } from 'node:readline'
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Completions } from './complete.ts'
import { readKeys } from './keys.ts'
import { continues } from './parse.ts'

/** A completion that takes longer than this is abandoned. */
const COMPLETION_MS = 1000

/** Stands for a line break in the editor, which has only one line. */
const LINE_BREAK = '␤'

// biome-ignore lint/suspicious/noControlCharactersInRegex: they would move the cursor.
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

export interface ScreenListener {
  /** The user entered a text, which can have several lines. */
  entered(text: string): void
  /** The user changed the text in the editor. */
  typed(text: string): void
  /** Ctrl-C, Ctrl-D, or the terminal is gone. */
  left(): void
  complete(line: string): Promise<Completions>
}

/** A line editor at the bottom of a terminal, with output above it. */
export interface Screen {
  /** Reads keys from now on. */
  start(listener: ScreenListener): void
  /** Prints lines above the text being typed. */
  print(text: string): void
  /** Sets the prompt, and the line above the prompt, which is left out if `status` is empty. */
  prompt(text: string, status: string): void
  /** The text in the editor. */
  text(): string
  setText(text: string): void
  /**
   * Asks a question. Resolves with the answer, or with undefined if the user leaves. The text that was being typed
   * comes back afterwards.
   */
  ask(question: string): Promise<string | undefined>
  close(): void
}

export function createScreen(input: ReadStream, output: WriteStream): Screen {
  // The keys without pasted text. Through `setRawMode`, the editor switches the raw mode of the terminal itself.
  const keys = Object.assign(new PassThrough(), { setRawMode: (isRaw: boolean) => input.setRawMode(isRaw) })
  const editor = createInterface({ input: keys, output, terminal: true, completer })
  let listener: ScreenListener | undefined
  let question: ((answer: string | undefined) => void) | undefined
  let asked = ''
  let questions: Promise<unknown> = Promise.resolve()
  let entered = ''
  /** What was typed and pasted during a completion. */
  let held: (() => void)[] | undefined
  let reading: ReturnType<typeof readKeys> | undefined
  let prompt = '> '
  let status = ''
  let isClosed = false

  editor.on('line', (line) => {
    entered = line.replaceAll(LINE_BREAK, '\n')
  })
  editor.on('SIGCONT', () => reading?.markPastes())
  // An answer does not belong in the history.
  editor.on('history', (lines: string[]) => question && lines.shift())

  /** Waits for a completion, if there is one. */
  function inTurn(run: () => void): void {
    if (held) held.push(run)
    else if (!isClosed) run()
  }

  function release(): void {
    const runs = held ?? []
    held = undefined
    runs.forEach(inTurn)
  }

  function onKey(text: string | undefined, key: Key): void {
    const { ctrl, name } = key
    if (ctrl && (name === 'c' || (name === 'd' && editor.line === ''))) leave()
    else if (name === 'return' || name === 'enter') enter()
    else {
      press(key, text)
      changed()
    }
  }

  const press = (key: Key, text?: string) => void keys.emit('keypress', text, key)

  function changed(): void {
    if (!question) listener?.typed(text())
  }

  /**
   * A pasted text is never a command. If it begins with a slash, it gets a second one, like every message that does.
   */
  function paste(text: string): void {
    insert(editor.cursor === 0 && text.startsWith('/') && !question ? `/${text}` : text)
    changed()
  }

  function insert(text: string): void {
    if (!isClosed) editor.write(text.replaceAll('\n', LINE_BREAK).replace(controls, ''))
  }

  function enter(): void {
    press({ ctrl: true, name: 'e' })
    if (continues(editor.line) && !question) {
      press({ name: 'backspace' })
      insert('\n')
      changed()
      return
    }
    const { rows } = editor.getCursorPos()
    press({ name: 'return', sequence: '\r' }, '\r')
    // Clears the entered text and the status line above it.
    clear(rows + 1)
    draw()
    if (question) question(entered)
    else listener?.entered(entered)
  }

  function leave(): void {
    if (question) question(undefined)
    else listener?.left()
  }

  function completer(line: string, done: (error: null, result: [string[], string]) => void): void {
    const offer = ({ offers, typed }: Completions) => done(null, [[...offers], typed])
    const nothing = { offers: [], typed: line }
    if (!listener || question) {
      offer(nothing)
      return
    }
    const complete = Promise.race([listener.complete(line), delay(COMPLETION_MS, nothing, { ref: false })])
    held = []
    void complete
      .catch(() => nothing)
      .then(offer)
      .then(release)
  }

  function clear(rows: number): void {
    moveCursor(output, 0, -rows)
    cursorTo(output, 0)
    clearScreenDown(output)
  }

  function draw(): void {
    if (isClosed) return
    editor.setPrompt(question ? `${asked} ` : status ? `${status}\n${prompt}` : prompt)
    editor.prompt(true)
  }

  const text = () => editor.line.replaceAll(LINE_BREAK, '\n')

  function setText(text: string): void {
    press({ ctrl: true, name: 'e' })
    press({ ctrl: true, name: 'u' })
    insert(text)
  }

  function askNow(next: string): Promise<string | undefined> {
    if (isClosed) return Promise.resolve(undefined)
    const typed = text()
    return new Promise((resolve) => {
      setText('')
      asked = next
      question = (answer) => {
        question = undefined
        setText(typed)
        draw()
        resolve(answer)
      }
      draw()
    })
  }

  return {
    start(given) {
      listener = given
      reading = readKeys(input, output, {
        onKey: (text, key) => inTurn(() => onKey(text, key)),
        onPaste: (text) => inTurn(() => paste(text)),
        onEnd: leave,
      })
    },
    print(text) {
      if (isClosed) return void output.write(`${text}\n`)
      const { rows } = editor.getCursorPos()
      clear(rows)
      // Before it redraws, the editor moves up by the rows that its text occupied.
      output.write(`${text}\n${'\n'.repeat(rows)}`)
      draw()
    },
    prompt(next, above) {
      if (next === prompt && above === status) return
      prompt = next
      status = above
      if (!question) draw()
    },
    text,
    setText,
    ask(next) {
      const answer = questions.then(() => askNow(next))
      questions = answer
      return answer
    },
    close() {
      if (isClosed) return
      clear(editor.getCursorPos().rows)
      isClosed = true
      reading?.stop()
      editor.close()
      question?.(undefined)
    },
  }
}
