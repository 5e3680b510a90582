import { once } from 'node:events'
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/**
 * A proxy of the laptop's AWS that forwards each call once, and afterwards repeats the answer. A function that calls it
 * is measured without the CPU, the locks and the growing tables of an engine.
 */
export async function startRecorder(awsEndpoint: string) {
  const answers = new Map<string, Promise<Answer>>()
  let isRecording = false
  let calls = 0
  let refusal: string | undefined

  const server = http.createServer(async (request, response) => {
    calls++
    const body = await readAll(request)
    // The connections of a benchmark do not exist, so posts to them are not forwarded.
    if (request.url?.includes('/@connections/')) {
      if (body.includes('"type":"error"')) refusal ??= String(body)
      response.end()
      return
    }
    const key = keyOf(request, body)
    const answer = (isRecording ? answers.get(key) : undefined) ?? forward(awsEndpoint, request, body)
    answers.set(key, answer)
    const { status, headers, body: answered } = await answer
    response.writeHead(status, headers)
    response.end(answered)
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the recorder has no port')

  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    /** From now on, forwards each call once, and answers its repetitions with the recorded answer. */
    record() {
      answers.clear()
      isRecording = true
    },
    /** How many calls have been received since the last call of this method. */
    takeCalls() {
      const taken = calls
      calls = 0
      return taken
    },
    /** Throws if a function has posted an error, because then the benchmark measures refusals. */
    checkAnswers() {
      if (refusal !== undefined) throw new Error(`a frame was refused: ${refusal}`)
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Two calls count as the same if they make the same read or write the same row. */
function keyOf({ method, url, headers }: IncomingMessage, body: Buffer): string {
  const target = String(headers['x-amz-target'] ?? method)
  if (/\.(Get|BatchGet|Query)/.test(target)) return `${target} ${body}`
  if (!target.startsWith('DynamoDB')) return `${target} ${url}`
  const { TableName, Key, UpdateExpression } = JSON.parse(String(body)) as Record<string, unknown>
  return JSON.stringify([target, TableName, Key, UpdateExpression])
}

async function forward(awsEndpoint: string, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const { method, url, headers } = request
  // The signature covers the `host` header, so it stays as received.
  const forwarded = http.request(new URL(url ?? '/', awsEndpoint), { method, headers, agent: false })
  forwarded.end(body)
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage]
  const { connection: _, 'transfer-encoding': __, ...kept } = answer.headers
  return { status: answer.statusCode ?? 500, headers: kept, body: await readAll(answer) }
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
