// Loads the bundle of `frames` in a fresh process and passes it sends one after another. Prints the milliseconds of CPU,
// all threads of the process included, and of waiting as JSON.
import { openSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { patchConsole } from '../../local/aws/lambda/console.mjs'

const { bundle, empty, connection, conversation, warmUp, sends } = JSON.parse(process.argv[2] ?? '')

// Lambda writes each line of the log to a file descriptor.
const sink = openSync('/dev/null', 'w')
const print = console.log
patchConsole(
  'INFO',
  () => 'bench',
  (line) => writeSync(sink, `${line}\n`),
)

const require = createRequire(import.meta.url)
const emptyFrom = performance.now()
require(empty)
const loadedFrom = performance.now()
const { handler } = require(bundle)
const loadMs = performance.now() - loadedFrom
const emptyMs = loadedFrom - emptyFrom

let count = 0
async function send() {
  const now = Date.now()
  const { statusCode, body = '' } = await handler({
    requestContext: {
      routeKey: 'send_message',
      eventType: 'MESSAGE',
      connectionId: connection,
      connectedAt: now - 60_000,
      requestTimeEpoch: now,
    },
    body: JSON.stringify({
      type: 'send_message',
      conversation_id: conversation,
      message: { content: 'm'.repeat(250) },
      client_message_id: `bench-${process.pid}-${++count}`,
    }),
  })
  if (statusCode !== 200 || body.includes('"error"')) throw new Error(`the send was refused: ${body}`)
}

/** Milliseconds of CPU, on average over this many sends. */
async function cpuOf(number) {
  const before = process.cpuUsage()
  for (let n = 0; n < number; n++) await send()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / number
}

const sentFrom = performance.now()
await send()
const firstMs = performance.now() - sentFrom
await cpuOf(39)
const early = await cpuOf(60)
await cpuOf(warmUp - 100)
const warm = await cpuOf(sends)
print(JSON.stringify({ loadMs, emptyMs, firstMs, early, warm }))
process.exit(0)
