/** Numbers the ids in a printed list, so that the user can type a number instead of an id. */
export class NumberedList {
  #ids: string[] = []

  clear(): void {
    this.#ids = []
  }

  /** Returns the number of an id, and adds the id if it is new. */
  numberOf(id: string): number {
    if (!this.#ids.includes(id)) this.#ids.push(id)
    return this.#ids.indexOf(id) + 1
  }

  get isEmpty(): boolean {
    return this.#ids.length === 0
  }

  /** Returns the id with this number; any other word is taken as an id. */
  idOf(word: string): string {
    return isNumber(word) ? (this.#ids[Number(word) - 1] ?? word) : word
  }
}

export const isNumber = (word: string) => /^\d{1,4}$/.test(word)
