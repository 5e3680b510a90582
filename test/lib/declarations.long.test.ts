import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundleDeclarations } from '../../lib/declarations.ts'
import { temporaryDirectory } from '../local/temporary.ts'

/** Bundles the declarations of `index.ts` among these sources. */
async function declarationsOf(sources: Readonly<Record<string, string>>): Promise<string> {
  const root = temporaryDirectory()
  for (const [name, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  const [text = ''] = await bundleDeclarations(root, ['index.ts'])
  return text
}

describe('the declarations in one file', () => {
  it('export what the entry exports, and contain what that refers to', async () => {
    const text = await declarationsOf({
      'index.ts': "export { make } from './parts/make.ts'\nexport type { Made } from './types.ts'",
      'parts/make.ts':
        "import type { Made, Unit } from '../types.ts'\nexport function make(unit: Unit): Made { return { unit } }",
      'types.ts':
        '/** How it is made. */\nexport type Unit = 1\nexport interface Made { readonly unit: Unit }',
    })
    expect(text).toBe(
      [
        '/** How it is made. */\ntype Unit = 1;\ninterface Made {\n    readonly unit: Unit;\n}\n',
        'declare function make(unit: Unit): Made;\n',
        'export { Made, make };\n',
      ].join('\n'),
    )
  })

  it('contain each file once and leave out what only the code uses', async () => {
    const text = await declarationsOf({
      'index.ts': "export * from './a.ts'\nexport type * from './b.ts'\nexport const own = 1 as const",
      'a.ts':
        "import { helper } from './c.ts'\nimport type { B } from './b.ts'\nexport const a: B = helper()",
      'b.ts': 'export interface B {}',
      'c.ts': 'export const helper = () => ({})',
    })
    expect(text.match(/interface B/g)).toHaveLength(1)
    expect(text).not.toContain('helper')
    expect(text).toContain('export { B, a, own };')
  })

  it.each([
    [
      'the same name in two files',
      "export * from './a.ts'",
      'export interface X {}\nexport const b = 1',
      /X is declared twice/,
    ],
    [
      'a renamed import',
      "import type { X as Y } from './a.ts'\nexport declare const y: Y",
      '',
      /renames an import: .*X as Y/,
    ],
    ['a default export', 'export default 1', '', /cannot be joined/],
    [
      'a type of a package',
      "import type { Server } from 'node:http'\nexport declare const s: Server",
      '',
      /cannot be joined/,
    ],
  ])('are refused for %s', async (_, index, other, reason) => {
    const sources = {
      'index.ts': other === '' ? index : `${index}\nexport * from './b.ts'`,
      'a.ts': 'export interface X {}',
      'b.ts': other,
    }
    await expect(declarationsOf(sources)).rejects.toThrow(reason)
  })
})
