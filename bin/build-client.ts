import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { buildClientFiles, buildClientPackage } from '../lib/client-files.ts'

await Promise.all([buildClientFiles(), buildClientPackage()])
const code = readFileSync(new URL('../dist/client/client.js', import.meta.url))
const gzipped = gzipSync(code, { level: 9 })
console.log(`dist/client/client.js: ${code.length} bytes, ${gzipped.length} gzipped`)
