import { buildClientPackage } from '../lib/client-files.ts'

await buildClientPackage()
