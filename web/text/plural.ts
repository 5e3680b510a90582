/** The forms that the supported languages have. `#` takes the place of the number. */
interface Forms {
  readonly one: string
  readonly other: string
}

/** A function that puts a number into the right form, such as “3 messages”. */
export function plural(locale: string, forms: Forms): (count: number) => string {
  const rules = new Intl.PluralRules(locale)
  const numbers = new Intl.NumberFormat(locale)
  return (count) => forms[rules.select(count) === 'one' ? 'one' : 'other'].replace('#', numbers.format(count))
}
