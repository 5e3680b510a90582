import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files whose names mean something outside: to the application, the server, other tabs, the storage or the browser. */
const OUTSIDE =
  /^(types|wire|errors|shared|tabs\/messages|rest\/bodies|browser\/.*|storage\/indexed-db|node\/.*)\.ts$/

const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/gm
const STRING = /["'`](\w+)["'`]/g
const INTERFACE = /^(?:export )?interface [^{]*\{\n([\s\S]*?)^\}/gm
const MEMBER = /^ {2}(?:readonly )?(\w+)[?(:<]/gm
const WORD = /(\w+)/g

/**
 * The names that only the library itself uses, which can therefore be shortened: members of interfaces that no file in
 * `OUTSIDE` mentions and that are no string in the code. A name that is missing here costs a few bytes, nothing else.
 */
export function internalNames(client: string, code: string): string[] {
  const names = new Set<string>()
  const kept = wordsIn(code, STRING)
  for (const file of sourcesIn(client)) {
    const text = readFileSync(join(client, file), 'utf8').replace(COMMENT, '')
    if (OUTSIDE.test(file)) for (const word of wordsIn(text, WORD)) kept.add(word)
    for (const [, members = ''] of text.matchAll(INTERFACE))
      for (const name of wordsIn(members, MEMBER)) names.add(name)
  }
  return [...names].filter((name) => !kept.has(name)).sort()
}

const sourcesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /^(?!dist\/).*\.ts$/.test(file))

const wordsIn = (text: string, pattern: RegExp) =>
  new Set([...text.matchAll(pattern)].map(([, word = '']) => word))
