import { createReadStream } from 'node:fs'

/** A line of a file, without its line break. */
export interface TextLine {
  readonly text: string
  /** The offset behind its line break, or undefined if the file ends without one. */
  readonly end: number | undefined
}

/** More than the largest row that DynamoDB can store. */
const MAX_LINE_BYTES = 1024 * 1024
const NEWLINE = 0x0a

/**
 * Reads a file line by line, in bounded memory. Only `\n` ends a line: Node's `readline` would also end it at U+2028,
 * which may be part of a JSON text. Throws if the file is not UTF-8, or if a line is longer than any line of an export.
 */
export async function* readLines(file: string): AsyncGenerator<TextLine, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest: Buffer = Buffer.alloc(0)
  let offset = 0
  for await (const chunk of createReadStream(file)) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let from = 0
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      yield { text: decoder.decode(bytes.subarray(from, to)), end: offset + to + 1 }
      from = to + 1
    }
    offset += from
    rest = bytes.subarray(from)
    if (rest.length > MAX_LINE_BYTES) throw new Error('a line is too long')
  }
  // The last line was cut off, perhaps within a character.
  if (rest.length > 0) yield { text: rest.toString('utf8'), end: undefined }
}
