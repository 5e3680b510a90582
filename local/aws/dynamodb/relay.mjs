// Connects a Unix socket to the engine's port. Runs inside the engine's network namespace, whose border only a Unix
// socket can cross. When its standard input ends, removes the folder of the socket and ends.
import { rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname } from 'node:path'

const [socketPath = '', port] = process.argv.slice(2)

createServer((client) => {
  const engine = connect({ host: '127.0.0.1', port: Number(port), noDelay: true })
  client.on('error', () => engine.destroy()).pipe(engine)
  engine.on('error', () => client.destroy()).pipe(client)
})
  .on('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })
  .listen(socketPath)

process.on('exit', () => rmSync(dirname(socketPath), { recursive: true, force: true }))
process.stdin
  .on('error', () => process.exit())
  .on('end', () => process.exit())
  .resume()
