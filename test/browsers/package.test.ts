import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

const application = `
import { createChat } from 'admin-chat-client'
globalThis.chat = createChat({ url: 'ws://localhost/ws/chat', rest: 'http://localhost', token: () => 'none' })
`
const typed = `
import { type Chat, createChat } from 'admin-chat-client'
import { fileStorage } from 'admin-chat-client/node'
export const chat: Chat = createChat({
  url: 'ws://localhost/ws/chat',
  rest: 'http://localhost',
  token: () => 'none',
  storage: fileStorage('.chat'),
})
// @ts-expect-error: the types are not \`any\`.
chat.open(1)
`

describe('the package admin-chat-client', () => {
  /** The folder of an application in which the package is installed. */
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'admin-chat-'))
    await run('npm', ['pack', '-w', 'client', '--pack-destination', folder])
    const installed = join(folder, 'node_modules', 'admin-chat-client')
    mkdirSync(installed, { recursive: true })
    const { version } = JSON.parse(readFileSync('client/package.json', 'utf8'))
    const archive = join(folder, `admin-chat-client-${version}.tgz`)
    await run('tar', ['-xzf', archive, '-C', installed, '--strip-components=1'])
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'application.js'), application)
    writeFileSync(join(folder, 'application.ts'), typed)
    writeFileSync(join(folder, 'index.html'), '<script type="module" src="./application.js"></script>')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('can be imported in Node, with the storage in a file', async () => {
    const code = `
      import { createChat } from 'admin-chat-client'
      import { fileStorage } from 'admin-chat-client/node'
      console.log(typeof createChat, typeof fileStorage)`
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], { cwd: folder })
    expect(stdout).toBe('function function\n')
  })

  it('can be bundled by esbuild, and only if it is used', async () => {
    const bundle = async (contents: string) => {
      const stdin = { contents, resolveDir: folder }
      const { outputFiles } = await esbuild({
        stdin,
        bundle: true,
        format: 'esm',
        write: false,
        logLevel: 'silent',
      })
      return outputFiles[0]?.text ?? ''
    }
    expect(await bundle(application)).toContain('join_conversation')
    expect(await bundle("import 'admin-chat-client'")).not.toContain('join_conversation')
  })

  it('can be bundled by Vite', async () => {
    const output = await vite({ root: folder, logLevel: 'silent', build: { write: false } })
    expect(JSON.stringify(output)).toContain('join_conversation')
  })

  it.each(['nodenext', 'bundler'])(
    'has types for TypeScript with the module resolution %s',
    async (resolution) => {
      const module = resolution === 'bundler' ? 'esnext' : 'nodenext'
      const options = `--ignoreConfig --noEmit --strict --target es2022 --lib es2022,dom --module ${module} --moduleResolution ${resolution}`
      const compiling = run(process.execPath, [tsc, ...options.split(' '), '--types', '', 'application.ts'], {
        cwd: folder,
      })
      expect(await compiling.catch(({ stdout }) => stdout)).toEqual({ stdout: '', stderr: '' })
    },
  )
})
