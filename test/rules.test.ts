import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))

/** What a client can rely on: the protocol, and the client library. */
const documents = ['docs/protocol.md', 'docs/client.md']

it('every rule of the documents has a test that carries its number, and every number in a test is a rule', () => {
  const rules = new Set(
    documents.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^- \*\*\[([A-Z]+-\d+)\]/gm)].map(([, rule]) => rule),
    ),
  )
  const proven = new Set(
    filesIn('test').flatMap((text) => [...text.matchAll(/\[([A-Z]+-\d+)\]/g)].map(([, rule]) => rule)),
  )
  expect([...rules].filter((rule) => !proven.has(rule))).toEqual([])
  expect([...proven].filter((rule) => !rules.has(rule))).toEqual([])
})
