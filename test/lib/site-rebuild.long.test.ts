import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildSite } from '../../lib/site-files.ts'
import { siteFolder } from '../../lib/site-folder.ts'

// A build takes seconds, and longer on a busy machine.
describe('the files of the site', { timeout: 60_000 }, () => {
  it('are built again once their sources have changed, and what stays the same is not written again', async () => {
    const base = mkdtempSync(join(tmpdir(), 'site-'))
    const copy = join(base, 'site')
    const client = () => readFileSync(join(copy, 'client.js'), 'utf8')
    const names = () => readdirSync(siteFolder, { recursive: true, encoding: 'utf8' })
    const times = () =>
      names()
        .filter((name) => name !== 'assets' && name !== 'client.js')
        .map((name) => [name, statSync(join(copy, name)).mtimeMs])
    await buildSite()
    cpSync(siteFolder, copy, { recursive: true })
    cpSync(`${siteFolder}.sources`, `${copy}.sources`)
    writeFileSync(join(copy, 'client.js'), 'old')
    await buildSite(copy)
    expect(client()).toBe('old')

    writeFileSync(join(copy, 'assets', 'index-old.js'), '')
    writeFileSync(`${copy}.sources`, 'the hash of other sources')
    const before = times()
    await buildSite(copy)
    expect(client()).toContain('createChat')
    expect(times()).toEqual(before)
    expect(existsSync(join(copy, 'assets', 'index-old.js'))).toBe(false)
    rmSync(base, { recursive: true })
  })
})
