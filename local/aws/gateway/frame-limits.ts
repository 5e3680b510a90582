/**
 * Watches the bytes that a client sends and tells the first frame whose payload is longer than allowed
 * [F1]. `ws` only limits whole messages; frame headers are not masked, so a passive reader suffices. It
 * keeps at most one header (14 bytes) and never copies payload.
 */
export function frameLimitWatcher(frameBytes: number, onExceeded: () => void): (chunk: Buffer) => void {
  const header = Buffer.alloc(14)
  let held = 0
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
      header[held++] = chunk[offset++] ?? 0
      if (held < headerLength(header, held)) continue
      payloadLeft = payloadLength(header)
      held = 0
      if (payloadLeft > frameBytes) {
        exceeded = true
        onExceeded()
      }
    }
  }
}

/** Length of the header whose first bytes are held; the second byte says how long the length is. */
function headerLength(header: Buffer, held: number): number {
  if (held < 2) return 2
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
