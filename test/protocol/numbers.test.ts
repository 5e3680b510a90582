import { describe, expect, it } from 'vitest'
import { markLostNumbers } from '../../protocol/numbers.ts'
import { Random } from '../../verification/model/random.ts'

const LOST = '1e999'

/** The exact value of a number in JSON: digits times a power of ten. */
function exact(number: string) {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  return { digits: BigInt(sign + whole + fraction), power: Number(power) - fraction.length }
}

function areEqual(one: string, other: string): boolean {
  const [a, b] = [exact(one), exact(other)]
  const least = Math.min(a.power, b.power)
  return a.digits * 10n ** BigInt(a.power - least) === b.digits * 10n ** BigInt(b.power - least)
}

describe('a number in a JSON text', () => {
  it.each([
    '0',
    '-0',
    '0.1',
    '1.10',
    '1e2',
    '1E+2',
    '0.000',
    '0e400',
    '9007199254740992',
    '123456789012345680000',
    '1.7976931348623157e308',
    '5e-324',
    '3.141592653589793',
  ])('[SEND-9] %s keeps its value', (number) => {
    expect(markLostNumbers(number)).toBe(number)
    expect(areEqual(JSON.stringify(JSON.parse(number)), number)).toBe(true)
  })

  it.each([
    '653247040368672769',
    '9007199254740993',
    '1e400',
    '1e-400',
    '4.9e-324',
    '1.7976931348623159e308',
    '0.10000000000000000001',
    '3.14159265358979323846',
    '1e99999999999999999999',
    '1e-99999999999999999999',
  ])('[SEND-9] %s would lose digits', (number) => {
    expect(markLostNumbers(number)).toBe(LOST)
    expect(JSON.parse(markLostNumbers(`[-${number}]`))).toEqual([Number.NEGATIVE_INFINITY])
  })

  it('[SEND-9] is kept if and only if it has the same value after JSON.parse and JSON.stringify', () => {
    const random = new Random(7)
    const digits = (most: number) =>
      Array.from({ length: 1 + random.below(most) }, () => random.below(10)).join('')
    const wrong: string[] = []
    for (let n = 0; n < 20_000; n++) {
      const whole = digits(20).replace(/^0+(?=\d)/, '')
      const fraction = random.below(2) ? `.${digits(20)}` : ''
      const power = random.below(2) ? `e${random.below(60) - 30}` : ''
      const number = whole + fraction + power
      const isKept = markLostNumbers(number) === number
      if (isKept !== areEqual(JSON.stringify(Number(number)), number)) wrong.push(number)
    }
    expect(wrong).toEqual([])
  })

  it('[SEND-9] is not looked for inside strings', () => {
    const text = JSON.stringify({ '1e400': ['\\"1e400', '653247040368672769\\'], b: '"1e400' })
    expect(markLostNumbers(text)).toBe(text)
  })

  it.each(['01e400', '--1e400', '1.e400', '.1e400', '+1e400', '1e400e1', '"1e400', '"\\'])(
    '[ERR-1] text that is not JSON stays that way: %s',
    (text) => {
      expect(() => JSON.parse(markLostNumbers(text))).toThrow(SyntaxError)
    },
  )

  it('[ERR-3] is found in linear time, whatever the text', () => {
    for (const text of [
      '\\"'.repeat(500_000),
      '"\\'.repeat(500_000),
      `0.${'0'.repeat(1_000_000)}1`,
      '"'.repeat(999_999),
    ]) {
      const started = performance.now()
      markLostNumbers(text)
      expect(performance.now() - started).toBeLessThan(2000)
    }
  })
})
