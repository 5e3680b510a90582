import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { isOfSite, shapesStack } from '../../local/watch.ts'

const sourcesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))

it('a change of the client library or the page needs another build than a change of the functions', () => {
  const files = ['client/log/room.ts', 'web/page.tsx', 'lambdas/chat/web.ts', 'protocol/frames.ts']
  expect(files.filter(isOfSite)).toEqual(['client/log/room.ts', 'web/page.tsx'])
})

it('a change needs a restart if the stack imports the file', () => {
  const imported = sourcesIn('lib').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^import [^'"]*?from '(\.[^']+)'/gms)].map(([, from = '']) =>
      join(dirname(file), from),
    ),
  )
  const watched = [...sourcesIn('lambdas'), ...sourcesIn('protocol')]
  expect(watched.filter(shapesStack)).toEqual(watched.filter((file) => imported.includes(file)))
})
