/** A piece of a text: words, or the address of a link. */
export interface Piece {
  readonly text: string
  /** Only of a link. */
  readonly href?: string
}

/** An address with http or https, or, as people write it, with `www.`; but not a part of another address. */
const ADDRESS = /(?<![\p{L}\p{N}_@/])(?:https?:\/\/|www\.[^\s<>"./]+\.)[^\s<>"]+/giu
/** Punctuation that belongs to the sentence rather than to the address. */
const TRAILING = /[.,;:!?'"”’»…]$/u
const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/** Splits a text into words and links. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = withoutPunctuation(found)
    const href = /^w/i.test(address) ? `https://${address}` : address
    if (!URL.canParse(href)) continue
    if (index > end) pieces.push({ text: text.slice(end, index) })
    pieces.push({ text: address, href })
    end = index + address.length
  }
  if (end < text.length) pieces.push({ text: text.slice(end) })
  return pieces
}

/** A closing bracket belongs to the address only if the address also contains the opening one. */
function withoutPunctuation(address: string): string {
  const unopened = new Map(
    Object.entries(OPENING).map(([close, open]) => [close, count(address, close) - count(address, open)]),
  )
  let end = address.length
  for (; end > 0; end--) {
    const last = address.charAt(end - 1)
    const surplus = unopened.get(last) ?? 0
    if (surplus <= 0 && !TRAILING.test(last)) break
    unopened.set(last, surplus - 1)
  }
  return address.slice(0, end)
}

const count = (text: string, character: string) => text.split(character).length - 1
