import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { internalNames } from '../../lib/client-names.ts'
import { temporaryDirectory } from '../local/temporary.ts'

it('shortens members of interfaces that mean nothing to the application, the server, other tabs or the storage', () => {
  const folder = temporaryDirectory()
  const files = {
    'types.ts': 'export interface Room {\n  close(): void\n}\n',
    'wire.ts': 'export interface Message {\n  readonly seq: number\n  // Not: flush\n}\n',
    'marks.ts':
      "interface Marks {\n  readonly seq: number\n  close(): void\n  flush(): void\n  ping(): void\n}\ntype Frame = {\n  readonly token: string\n}\nconst what = 'ping'\n",
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  expect(internalNames(folder, 'x["ping"]()')).toEqual(['flush'])
})
