import { connect, type Socket } from 'node:net'

interface HttpAnswer {
  readonly status: number
  readonly body: string
}

const HEADERS_END = '\r\n\r\n'

/**
 * One HTTP connection that carries the calls of many runs. Requests made in one turn of the event loop are sent in one
 * write, and answers return in order. This saves system calls, which dominate the cost of a call.
 */
export class HttpPipeline {
  readonly #socket: Socket
  readonly #waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void }[] = []
  #outgoing: string[] = []
  #incoming = Buffer.alloc(0)

  constructor(host: string, port: number) {
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.on('data', (chunk) => this.#read(chunk))
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('close', () => this.#fail(new Error('the engine closed the connection')))
  }

  post(headers: string, body: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      if (this.#outgoing.length === 0) setImmediate(() => this.#flush())
      const length = Buffer.byteLength(body)
      this.#outgoing.push(
        `POST / HTTP/1.1\r\nhost: engine\r\ncontent-length: ${length}\r\n${headers}${HEADERS_END}${body}`,
      )
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #flush(): void {
    const text = this.#outgoing.join('')
    this.#outgoing = []
    this.#socket.write(text)
  }

  #read(chunk: Buffer): void {
    this.#incoming = this.#incoming.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#incoming, chunk])
    for (;;) {
      const end = this.#incoming.indexOf(HEADERS_END)
      if (end < 0) return
      const head = this.#incoming.toString('latin1', 0, end)
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.NaN)
      const from = end + HEADERS_END.length
      if (Number.isNaN(length)) {
        this.#fail(new Error(`the engine sent an answer without a length: ${head}`))
        return
      }
      if (this.#incoming.length < from + length) return
      const body = this.#incoming.toString('utf8', from, from + length)
      this.#incoming = this.#incoming.subarray(from + length)
      this.#waiting.shift()?.resolve({ status: Number(head.slice(9, 12)), body })
    }
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
