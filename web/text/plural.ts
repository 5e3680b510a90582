/**
 * Texts with a number, such as “3 messages”, in the forms that the supported languages have. `#` stands for the number.
 */
export function plurals(locale: string): (one: string, other: string) => (count: number) => string {
  const rules = new Intl.PluralRules(locale)
  const numbers = new Intl.NumberFormat(locale)
  return (one, other) => (count) =>
    (rules.select(count) === 'one' ? one : other).replace('#', numbers.format(count))
}
