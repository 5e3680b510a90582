import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ChatOptions } from '../../../client/index.ts'

it('[CLIENT-3] the class of the package `ws` is accepted as it is, which the compiler checks', () => {
  const options: Pick<ChatOptions, 'WebSocket'> = { WebSocket }
  expect(options.WebSocket).toBe(WebSocket)
})
