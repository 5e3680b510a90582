import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildSite } from '../../lib/site-files.ts'

/** Builds the site and returns the gzipped bytes of what a visitor of the page loads, and of the element. */
export async function measureSizes(): Promise<{ readonly page: number; readonly element: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'admin-chat-site-'))
  try {
    await buildSite(folder)
    const gzipped = (file: string) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length
    const assets = readdirSync(join(folder, 'assets')).filter((name) => /\.(js|css)$/.test(name))
    return {
      page: assets.reduce((sum, name) => sum + gzipped(`assets/${name}`), 0),
      element: gzipped('admin-chat.js'),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
