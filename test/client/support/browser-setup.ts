// Browsers have no `setImmediate`, which the tests use to let promises settle.
const { port1, port2 } = new MessageChannel()
const waiting: (() => void)[] = []
port1.addEventListener('message', () => waiting.shift()?.())
port1.start()
Object.assign(globalThis, {
  setImmediate(run: () => void) {
    waiting.push(run)
    port2.postMessage(undefined)
  },
})
