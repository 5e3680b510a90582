import { fileURLToPath } from 'node:url'

/** The files that the site serves. */
export const siteFolder = fileURLToPath(new URL('../dist/site', import.meta.url))
