import { setTimeout as delay } from 'node:timers/promises'
import { excerpt } from './pretty.ts'
import type { Session, Unsent } from './session.ts'

const PATIENCE_MS = 5000
const CHECK_MS = 50

const waits = ({ status }: Unsent) => status !== 'failed'

/** Resolves when everything that was written is acknowledged or refused, or after a few seconds. */
export async function waitUntilSent({ unsent }: Session, tasks: Promise<unknown>): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  const pause = (ms: number) => delay(ms, undefined, { ref: false })
  await Promise.race([tasks, pause(PATIENCE_MS)])
  while (unsent().some(waits) && Date.now() < until) await pause(CHECK_MS)
}

/**
 * Resolves when the outbox has stored everything, which takes a moment. If the storage is stuck, the library gives up.
 */
export async function waitUntilStored({ unsent }: Session): Promise<void> {
  while (unsent().some((message) => waits(message) && !message.stored)) await delay(CHECK_MS)
}

/**
 * Lines that say which messages were not sent, and what becomes of them.
 *
 * @param queued messages that have not even reached the outbox
 */
export function unsentLines(
  { chat, directory, unsent }: Session,
  queued: readonly string[],
): readonly string[] {
  const isDurable = chat.state.getSnapshot().storage === 'durable'
  const waiting = unsent().filter(waits)
  const kept = waiting.filter(({ stored }) => stored && isDurable)
  const line = ({ content, conversation }: Unsent) =>
    `  ${directory.conversation(conversation)}: ${excerpt(content)}`
  const lost = [
    ...waiting.filter((message) => !kept.includes(message)).map(line),
    ...queued.map((text) => `  ${excerpt(text)}`),
  ]
  return [
    ...(kept.length > 0
      ? ['Not sent yet; it will be sent when you start the chat again:', ...kept.map(line)]
      : []),
    ...(lost.length > 0 ? ['Not sent, and not kept:', ...lost] : []),
  ]
}
