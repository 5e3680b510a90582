import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { files } from './files.ts'

new Command('npm run docs')
  .description('Generates docs/asyncapi.yaml and docs/openapi.yaml from protocol/.')
  .allowExcessArguments(false)
  .parse()

for (const [name, text] of Object.entries(files())) {
  writeFileSync(new URL(`../${name}`, import.meta.url), text)
  console.log(`wrote ${name}`)
}
