import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildSite } from '../lib/site-files.ts'
import { siteFolder } from '../lib/site-folder.ts'

await buildSite()
const names = readdirSync(siteFolder, { recursive: true, encoding: 'utf8' })
for (const name of names.filter((name) => /\.(js|css|html)$/.test(name))) {
  const file = readFileSync(join(siteFolder, name))
  console.log(`dist/site/${name}: ${file.length} bytes, ${gzipSync(file, { level: 9 }).length} gzipped`)
}
