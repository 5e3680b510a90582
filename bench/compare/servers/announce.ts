/** Says on standard output how to reach the server, and stops it once standard input has ended. */
export function announce(ready: object, stop: () => Promise<void>): void {
  console.log(JSON.stringify(ready))
  process.stdin.resume().on('end', async () => {
    await stop()
    process.exit(0)
  })
}
