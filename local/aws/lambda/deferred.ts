/** `Promise.withResolvers`, which Node has from version 22 on. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  // A rejection that nothing awaits any more must not end the process as an unhandled one.
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}
