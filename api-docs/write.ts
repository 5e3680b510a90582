import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { files } from './files.ts'

new Command('npm run docs')
  .description('Writes docs/asyncapi.yaml and docs/openapi.yaml anew from what protocol/ declares.')
  .allowExcessArguments(false)
  .parse()

for (const [name, text] of Object.entries(files())) {
  writeFileSync(new URL(`../${name}`, import.meta.url), text)
  console.log(`wrote ${name}`)
}
