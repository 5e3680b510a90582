export type SingleValues = Readonly<Record<string, string>>
export type MultiValues = Readonly<Record<string, readonly string[]>>

/** Headers or query parameters with all their values. */
export type Values = ReadonlyMap<string, readonly string[]>

/** The last value of each name, as in `headers` and `queryStringParameters`. */
export function lastValues(values: Values): SingleValues {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']))
}

/** All values of each name, as in `multiValueHeaders` and `multiValueQueryStringParameters`. */
export function allValues(values: Values): MultiValues {
  return Object.fromEntries(values)
}
