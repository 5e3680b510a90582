import { describe, expect, it, vi } from 'vitest'
import { frameLimitWatcher } from '../../../../local/aws/gateway/frame-limits.ts'

/** A masked text frame, as sent by a client. */
function frame(payloadLength: number): Buffer {
  const length = Buffer.alloc(payloadLength < 126 ? 1 : payloadLength < 65_536 ? 3 : 9)
  if (length.length === 1) length.writeUInt8(0x80 | payloadLength)
  if (length.length === 3) length.writeUIntBE(0xfe0000 + payloadLength, 0, 3)
  if (length.length === 9) {
    length.writeUInt8(0xff)
    length.writeBigUInt64BE(BigInt(payloadLength), 1)
  }
  // If payload of 0xff were parsed as a header, it would announce the largest possible frame.
  return Buffer.concat([Buffer.from([0x81]), length, Buffer.alloc(4), Buffer.alloc(payloadLength, 0xff)])
}

function exceeds(limit: number, chunks: readonly Buffer[]): boolean {
  const onExceeded = vi.fn()
  const watch = frameLimitWatcher(limit, onExceeded)
  for (const chunk of chunks) watch(chunk)
  return onExceeded.mock.calls.length > 0
}

const bytewise = (bytes: Buffer) => Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))

describe('frame limits', () => {
  it.each([
    [0, 125],
    [125, 125],
    [126, 126],
    [32_768, 32_768],
    [70_000, 70_000],
  ])('accepts a frame of %i bytes at a limit of %i', (length, limit) => {
    expect(exceeds(limit, [frame(length), frame(length)])).toBe(false)
  })

  it.each([
    [126, 125],
    [32_769, 32_768],
    [70_000, 32_768],
  ])('rejects a frame of %i bytes at a limit of %i', (length, limit) => {
    expect(exceeds(limit, [frame(3), frame(length)])).toBe(true)
  })

  it('parses frames however their bytes are split into chunks', () => {
    const legal = Buffer.concat([frame(5), frame(0), frame(300)])
    expect(exceeds(300, bytewise(legal))).toBe(false)
    expect(exceeds(300, bytewise(Buffer.concat([legal, frame(301)])))).toBe(true)
  })

  it('rejects a frame by its header, before its payload arrives', () => {
    expect(exceeds(100, [frame(1_000).subarray(0, 8)])).toBe(true)
  })
})
