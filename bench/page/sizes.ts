import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildSite } from '../../lib/site-files.ts'

export interface Sizes {
  /** The files that the first view of the page needs. */
  readonly page: number
  /** The files that the page loads afterwards. */
  readonly later: number
  readonly element: number
}

/** Builds the site and returns the gzipped bytes of its JavaScript and CSS. */
export async function measureSizes(): Promise<Sizes> {
  const folder = mkdtempSync(join(tmpdir(), 'admin-chat-site-'))
  try {
    await buildSite(folder)
    const gzipped = (file: string) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length
    const index = readFileSync(join(folder, 'index.html'), 'utf8')
    const assets = readdirSync(join(folder, 'assets')).filter((name) => /\.(js|css)$/.test(name))
    const sum = (isFirst: boolean) =>
      assets
        .filter((name) => index.includes(`/assets/${name}`) === isFirst)
        .reduce((bytes, name) => bytes + gzipped(`assets/${name}`), 0)
    return {
      page: sum(true),
      later: sum(false),
      element: gzipped('admin-chat.js'),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
