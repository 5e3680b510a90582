import { expect } from 'vitest'

/** Entries of a log with these texts, as an argument of `toEqual`. */
export const wrote = (texts: readonly string[]) =>
  texts.map((content) => expect.objectContaining({ content }))
