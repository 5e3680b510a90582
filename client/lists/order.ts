/** What every list has in its items. */
export interface Item {
  readonly id: string
  readonly updated_at?: string
  readonly created_at?: string
}

const timeOf = ({ updated_at, created_at = '' }: Item) => updated_at ?? created_at

/** The newest item is the first one. */
const isAbove = (a: Item, b: Item) => (timeOf(a) === timeOf(b) ? a.id < b.id : timeOf(a) > timeOf(b))

export const newestFirst = (a: Item, b: Item): number => (isAbove(a, b) ? -1 : 1)

/** Whether the item comes after all of these. */
export function isBelow(item: Item, top: readonly Item[]): boolean {
  const last = top.at(-1)
  return !last || isAbove(last, item)
}
