/**
 * The first difference between a value and what is expected of it; undefined if there is none. Objects may have further
 * fields, at any depth; arrays must have the expected length.
 */
export function difference(actual: unknown, expected: unknown, path = 'it'): string | undefined {
  if (typeof expected !== 'object' || expected === null) {
    return actual === expected ? undefined : `${path} is ${text(actual)} instead of ${text(expected)}`
  }
  if (typeof actual !== 'object' || actual === null) return `${path} is ${text(actual)} instead of an object`
  if (Array.isArray(expected) && (!Array.isArray(actual) || actual.length !== expected.length)) {
    return `${path} is ${text(actual)} instead of ${expected.length} items`
  }
  for (const [key, value] of Object.entries(expected)) {
    const found = difference((actual as Record<string, unknown>)[key], value, `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

const text = (value: unknown) => JSON.stringify(value) ?? 'missing'
