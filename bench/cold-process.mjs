// Loads one bundle in a fresh process and handles events one after another; prints milliseconds as JSON.
import { createRequire } from 'node:module'

const [, , bundle, events] = process.argv
const from = performance.now()
const { handler } = createRequire(import.meta.url)(bundle)
const loaded = performance.now()
const handled = []
for (const event of JSON.parse(events)) {
  const began = performance.now()
  const { statusCode, body = '' } = await handler(event)
  if (statusCode !== 200 || body.includes('"error"')) throw new Error(`refused: ${body}`)
  handled.push(performance.now() - began)
}
console.log(JSON.stringify({ load: loaded - from, handled }))
process.exit(0)
