/** What was listed, so that a person can name it by a number instead of an id. */
export class Numbers {
  #ids: string[] = []

  clear(): void {
    this.#ids = []
  }

  /** The number of an id, a new one if it has none yet. */
  of(id: string): number {
    if (!this.#ids.includes(id)) this.#ids.push(id)
    return this.#ids.indexOf(id) + 1
  }

  get isEmpty(): boolean {
    return this.#ids.length === 0
  }

  /** The id that a number stands for; any other word is an id itself. */
  idOf(word: string): string {
    return isNumber(word) ? (this.#ids[Number(word) - 1] ?? word) : word
  }
}

export const isNumber = (word: string) => /^\d{1,4}$/.test(word)
