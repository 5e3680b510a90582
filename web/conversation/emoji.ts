const MAX_EMOJI = 3
/** No three emoji are longer, not even families with skin tones. */
const MAX_LENGTH = 80

const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3)/u
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Whether a text is one to three emoji and nothing else. */
export function isEmojiOnly(text: string): boolean {
  if (text.length > MAX_LENGTH) return false
  const characters = [...segmenter.segment(text.replace(/\s+/gu, ''))]
  return (
    characters.length > 0 &&
    characters.length <= MAX_EMOJI &&
    characters.every(({ segment }) => EMOJI.test(segment))
  )
}
