/** Says how many connections of a user were closed; nothing if there were none. */
export const closedLines = (id: string, count: number): readonly string[] =>
  count === 0 ? [] : [`${count} open ${count === 1 ? 'connection' : 'connections'} of ${id} closed`]
