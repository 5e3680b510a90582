import { type Check, note } from '../check.ts'

/** Faults that the file in FAULTS injects on a laptop: they can be the cause of everything else. */
export const injectedFaults: Check = {
  name: 'faults',
  async run({ faults }) {
    if (faults === undefined) return []
    return note(`${faults}.`, 'To turn them off, start the chat without FAULTS.')
  },
}
