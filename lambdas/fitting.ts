import { byteLength } from '../protocol/text.ts'

/** The first items that together take at most `maxBytes` as JSON, but at least one item. */
export function fitting<T>(items: readonly T[], maxBytes: number): readonly T[] {
  let bytes = 0
  const end = items.findIndex((item, index) => {
    bytes += byteLength(JSON.stringify(item))
    return index > 0 && bytes > maxBytes
  })
  return end < 0 ? items : items.slice(0, end)
}
