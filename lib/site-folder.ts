import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hashOf } from './source-hash.ts'

const projectRoot = fileURLToPath(new URL('..', import.meta.url))

/** The files that the site serves. */
export const siteFolder = fileURLToPath(new URL('../dist/site', import.meta.url))

/** A hash of everything that these files are built from. */
export const siteSourceHash = () =>
  hashOf(projectRoot, ['web', 'client', 'protocol', 'lib', 'package-lock.json'])

/** The file with the hash of the sources from which the files in a folder were built. */
export const siteHashFile = (folder: string) => `${folder}.sources`

/** Whether the files in a folder were built from the sources with this hash. */
export function isSiteBuilt(folder = siteFolder, hash = siteSourceHash()): boolean {
  const file = siteHashFile(folder)
  return existsSync(file) && readFileSync(file, 'utf8') === hash
}
