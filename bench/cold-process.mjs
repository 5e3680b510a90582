// Loads a bundle in a fresh process and passes it events one after another. Prints durations in ms as JSON.
import { createRequire } from 'node:module'
import { patchConsole } from '../local/aws/lambda/console.mjs'

const print = console.log
patchConsole(
  'INFO',
  () => 'bench',
  () => undefined,
)
const [, , bundle, events] = process.argv
const from = performance.now()
const { handler } = createRequire(import.meta.url)(bundle)
const loaded = performance.now()
const handled = []
for (const event of JSON.parse(events)) {
  const began = performance.now()
  const { statusCode, body = '' } = await handler(event)
  if (statusCode !== 200 || body.includes('"error"'))
    throw new Error(`the function refused the event: ${body}`)
  handled.push(performance.now() - began)
}
print(JSON.stringify({ load: loaded - from, handled }))
process.exit(0)
