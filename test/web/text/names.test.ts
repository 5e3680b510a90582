import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { buildSite } from '../../../lib/site-files.ts'
import { siteFolder } from '../../../lib/site-folder.ts'
import { namesOfTexts } from '../../../web/text/names.ts'

beforeAll(() => buildSite(), 60_000)

it('the built files contain no name of a text that is shortened, neither in the client nor as a string', () => {
  const names = readdirSync(siteFolder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  )
  expect(names).toContain('admin-chat.js')
  const shortened = new RegExp(`\\b(${namesOfTexts.join('|')})\\b`)
  const found = names.map((name) => readFileSync(join(siteFolder, name), 'utf8').match(shortened)?.[0])
  expect(found.filter(Boolean)).toEqual([])
})
