/**
 * Returns a reader for the bytes that a client sends. The reader calls `onExceeded` at the first frame whose payload
 * exceeds the limit. It is needed because `ws` limits only whole messages. Frame headers are not masked, so they can be
 * read as they pass. At most one header (14 bytes) is buffered, and payload is never copied.
 */
export function frameLimitWatcher(frameBytes: number, onExceeded: () => void): (chunk: Buffer) => void {
  const header = Buffer.alloc(14)
  let buffered = 0
  let payloadLeft = 0
  let exceeded = false

  return (chunk) => {
    let offset = 0
    while (!exceeded && offset < chunk.length) {
      if (payloadLeft > 0) {
        const skipped = Math.min(payloadLeft, chunk.length - offset)
        payloadLeft -= skipped
        offset += skipped
        continue
      }
      header[buffered++] = chunk[offset++] ?? 0
      if (buffered < headerLength(header, buffered)) continue
      payloadLeft = payloadLength(header)
      buffered = 0
      if (payloadLeft > frameBytes) {
        exceeded = true
        onExceeded()
      }
    }
  }
}

/**
 * The length of the header whose first bytes are buffered. The second byte of the header determines the size of its
 * length field.
 */
function headerLength(header: Buffer, buffered: number): number {
  if (buffered < 2) return 2
  const second = header[1] ?? 0
  const lengthBytes = (second & 0x7f) === 127 ? 8 : (second & 0x7f) === 126 ? 2 : 0
  const maskBytes = second & 0x80 ? 4 : 0
  return 2 + lengthBytes + maskBytes
}

function payloadLength(header: Buffer): number {
  const short = (header[1] ?? 0) & 0x7f
  if (short === 126) return header.readUInt16BE(2)
  return short === 127 ? Number(header.readBigUInt64BE(2)) : short
}
