import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))

/** What clients, users of the client library and operators can rely on. */
const documents = ['docs/protocol.md', 'docs/client.md', 'docs/operations.md']

it('every rule of the documents has a test that carries its number, and every number in a test is a rule', () => {
  const numbers = documents.flatMap((document) =>
    [...readFileSync(document, 'utf8').matchAll(/^- \*\*\[([A-Z]+-\d+)\]/gm)].map(([, rule]) => rule),
  )
  const rules = new Set(numbers)
  expect(numbers).toHaveLength(rules.size)
  const proven = new Set(
    filesIn('test').flatMap((text) => [...text.matchAll(/\[([A-Z]+-\d+)\]/g)].map(([, rule]) => rule)),
  )
  expect([...rules].filter((rule) => !proven.has(rule))).toEqual([])
  expect([...proven].filter((rule) => !rules.has(rule))).toEqual([])
})
