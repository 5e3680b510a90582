/**
 * A string, or a number without its sign. A string without a closing quote extends to the end of the text, so that the
 * search takes linear time.
 */
const TOKEN = /"(?:[^"\\]|\\[\s\S]?)*"?|(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** `JSON.parse` makes this number infinite. A number that keeps its value is never infinite. */
const INFINITE = '1e999'

/**
 * Replaces every number in a JSON text that would lose digits, because the loss cannot be detected after parsing:
 * `JSON.parse` makes 653247040368672769 into 653247040368672800 and `1e400` into infinity. Text that is not JSON is
 * still not JSON afterwards.
 */
export const markLostNumbers = (json: string): string =>
  json.replace(TOKEN, (token) => (token.startsWith('"') || keepsValue(token) ? token : INFINITE))

/**
 * Whether the shortest text for the double has the same value as the number. So 0.1 and 1.10 keep their values,
 * although no double is exactly 0.1.
 */
function keepsValue(number: string): boolean {
  const value = Number(number)
  return Number.isFinite(value) && canonical(String(value)) === canonical(number)
}

/** Equal for numbers of equal value: the digits without zeros at either end, and the power of ten. */
function canonical(number: string): string {
  const [, whole = '', fraction = '', power = '0'] = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  let end = digits.length
  while (digits[end - 1] === '0') end--
  return end === 0 ? '0' : `${digits.slice(0, end)}e${Number(power) - fraction.length + digits.length - end}`
}
