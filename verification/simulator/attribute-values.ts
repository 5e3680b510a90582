/** DynamoDB's typed JSON, for the types that the stores use. */
type Wire = Readonly<Record<string, unknown>>

export function toWire(value: unknown): Wire {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (value === null) return { NULL: true }
  if (value instanceof Set) return { SS: [...value] }
  if (Array.isArray(value)) return { L: value.map(toWire) }
  return { M: rowToWire(value as Wire) }
}

/** Omits undefined values, like the product's document client. */
export const rowToWire = (row: Wire): Record<string, Wire> =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, toWire(value)]),
  )

function fromWire(wire: Wire): unknown {
  const [type, value] = Object.entries(wire)[0] ?? []
  if (type === 'N') return Number(value)
  if (type === 'NULL') return null
  // The engine returns sets and maps in any order; sorting keeps runs deterministic.
  if (type === 'SS') return new Set([...(value as string[])].sort())
  if (type === 'L') return (value as Wire[]).map(fromWire)
  if (type === 'M') return rowFromWire(value as Record<string, Wire>)
  return value
}

export const rowFromWire = (row: Record<string, Wire>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, fromWire(value)]),
  )
