import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from './temporary.ts'

interface Outcome {
  readonly code: number
  readonly output: string
}

/** Runs what `npm start` runs, for starts that fail. */
function start(env: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, NO_COLOR: '1', ...env }, timeout: 10_000 }
    execFile(process.execPath, [...args, 'local/main.cjs'], options, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr })
    })
  })
}

describe('npm start', () => {
  it.each(['18.20.8', '20.19.9'])('refuses Node %s with one sentence', async (version) => {
    const preload = join(temporaryDirectory(), 'version.cjs')
    const versions = `{ ...process.versions, node: '${version}' }`
    writeFileSync(preload, `Object.defineProperty(process, 'versions', { value: ${versions} })`)
    const { code, output } = await start({}, ['--require', preload])
    expect(code).toBe(1)
    expect(output).toMatch(/^admin-chat needs Node\.js 20\.20 or later, but this is [\d.]+\. Install .*\n$/)
    expect(output).toContain(version)
  })

  it('is the script of package.json', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(scripts.start).toBe('exec node local/main.cjs')
  })

  it('fails with one sentence and no stack', async () => {
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, '')
    expect(await start({ DATA_DIR: file })).toEqual({
      code: 1,
      output:
        `The data directory ${file} cannot be used: it is not a directory. ` +
        'Fix that, or choose another one: DATA_DIR=/path/to/directory npm start\n',
    })
  })

  it.runIf(existsSync('/proc'))('does not hang where no directory can be created', async () => {
    const { code, output } = await start({ DATA_DIR: '/proc/none/data' })
    expect(code).toBe(1)
    expect(output).toMatch(/^The data directory \/proc\/none\/data cannot be used: .*\n$/)
  })
})
