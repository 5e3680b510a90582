import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Makes texts that occur nowhere else, and finds them. */
export function canaries() {
  const texts = new Map<string, string>()
  return {
    /** A new text for something that must never be logged. */
    text(kind: string): string {
      const text = `canary${texts.size}x${Math.random().toString(36).slice(2, 12)}`
      texts.set(text, kind)
      return text
    },
    /** The same for a text that already exists, such as a token. */
    add(kind: string, text: string): string {
      texts.set(text, kind)
      return text
    },
    /** What occurs in a text. */
    in: (searched: string): readonly string[] =>
      [...texts].filter(([text]) => searched.includes(text)).map(([, kind]) => kind),
  }
}

/** The files below a folder, except those that hold the data of the chat itself. */
export function writtenFiles(folder: string, stores: readonly RegExp[]): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !stores.some((store) => store.test(relative(folder, file))))
  return new Map(files.map((file) => [relative(folder, file), readFileSync(file, 'utf8')]))
}
