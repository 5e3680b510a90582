// Browsers have no `setImmediate`, which the tests use to let promises settle.
const { port1, port2 } = new MessageChannel()
const waiting: (() => void)[] = []
port1.onmessage = () => waiting.shift()?.()
Object.assign(globalThis, {
  setImmediate(run: () => void) {
    waiting.push(run)
    port2.postMessage(undefined)
  },
})
