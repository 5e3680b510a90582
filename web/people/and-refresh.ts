import type { Chat } from '../../client/index.ts'

/** Reads the lists again after a request, so that its outcome is seen at once. If this fails, pushes bring it later. */
export async function andRefresh<T>(chat: Chat, request: Promise<T>): Promise<T> {
  const result = await request
  await chat.refresh().catch(() => {})
  return result
}
