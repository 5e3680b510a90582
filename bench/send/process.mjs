// Loads the bundle of `frames` in a fresh process and passes it sends one after another. Prints, as JSON, the
// milliseconds of CPU of all threads of the process, and the milliseconds of waiting. `limited` limits the CPU of the
// sends, or of the loading; in the latter case, the process ends after the loading.
import { openSync, writeFileSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { patchConsole } from '../../local/aws/lambda/console.mjs'

const { bundle, empty, connection, conversation, warmUp, sends, limited } = JSON.parse(process.argv[2] ?? '')

// Lambda writes each line of the log to a file descriptor.
const sink = openSync('/dev/null', 'w')
const print = console.log
patchConsole(
  'INFO',
  () => 'bench',
  (line) => writeSync(sink, `${line}\n`),
)

/** Joins the group whose CPU is limited, with all threads. */
function limitCpu(from) {
  if (limited?.from === from) writeFileSync(limited.processesFile, String(process.pid))
}

const require = createRequire(import.meta.url)
const emptyFrom = performance.now()
require(empty)
const emptyMs = performance.now() - emptyFrom
limitCpu('load')
const loadedFrom = performance.now()
const { handler } = require(bundle)
const loadMs = performance.now() - loadedFrom
if (limited?.from === 'load') {
  print(JSON.stringify({ loadMs }))
  process.exit(0)
}

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

/** Milliseconds that each of this many sends took, and the CPU on average. */
async function measure(number) {
  const times = []
  const before = process.cpuUsage()
  for (let n = 0; n < number; n++) {
    const from = performance.now()
    await send()
    times.push(performance.now() - from)
  }
  const { user, system } = process.cpuUsage(before)
  return { times, cpuMs: (user + system) / 1000 / number }
}

limitCpu('send')
const [firstMs] = (await measure(1)).times
await measure(39)
const early = await measure(60)
await measure(warmUp - 100)
const warm = await measure(sends)
print(
  JSON.stringify({ loadMs, emptyMs, firstMs, early: early.cpuMs, earlyMs: early.times, warm: warm.cpuMs }),
)
process.exit(0)
