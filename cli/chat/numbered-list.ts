/** Numbers the ids in a printed list, so that the user can type a number instead of an id. */
export interface NumberedList {
  clear(): void
  /** Returns the number of an id, and adds the id if it is new. */
  numberOf(id: string): number
  /** The id that a number stands for. */
  idOf(word: string): string | undefined
}

export function createNumberedList(): NumberedList {
  let ids: string[] = []
  return {
    clear() {
      ids = []
    },
    numberOf(id) {
      if (!ids.includes(id)) ids.push(id)
      return ids.indexOf(id) + 1
    },
    idOf: (word) => (/^\d{1,4}$/.test(word) ? ids[Number(word) - 1] : undefined),
  }
}
