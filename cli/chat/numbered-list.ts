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

  /**
   * Resolves with the id that a number stands for; any other word is taken as an id.
   *
   * @param print fetches and prints the list; called for a number if the list is still empty
   */
  async idOf(word: string, print: () => Promise<void>): Promise<string> {
    if (!/^\d{1,4}$/.test(word)) return word
    if (this.#ids.length === 0) await print()
    return this.#ids[Number(word) - 1] ?? word
  }
}
