import { createHash, createHmac } from 'node:crypto'

/** The hash, or keyed hash, that the AWS signer asks for, made of Node's own. */
export class Sha256 {
  readonly #fresh: () => { update(chunk: Uint8Array): unknown; digest(): Buffer }
  #hash

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret === undefined || typeof secret === 'string' ? secret : bytes(secret)
    this.#fresh = () => (key === undefined ? createHash('sha256') : createHmac('sha256', key))
    this.#hash = this.#fresh()
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    this.#hash = this.#fresh()
  }
}

function bytes(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)
}
