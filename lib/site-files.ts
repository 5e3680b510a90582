import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildClientFiles } from './client-files.ts'
import { replaceFile } from './replace-file.ts'

/** The files that the site serves. */
export const siteFolder = fileURLToPath(new URL('../dist/site', import.meta.url))

const placeholder = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>admin-chat</title>
<p>The chat is running.</p>
</html>
`

/** Builds the files that the site serves. */
export async function buildSite(outdir = siteFolder): Promise<void> {
  await buildClientFiles(outdir)
  const page = join(outdir, 'index.html')
  if (!existsSync(page)) replaceFile(page, placeholder, outdir)
}
