import { InvalidArgumentError } from 'commander'

/** Reads an option of a benchmark that must be a positive integer. */
export function readCount(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Must be a positive integer.')
}
