/** A command cannot run; the message says how to fix it. */
export class TargetError extends Error {
  override readonly name = 'TargetError'
}
