import { once } from 'node:events'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import type { WebSocketGateway } from '../../../local/aws/gateway/websocket.ts'
import { droppingGateway, fasterLimits } from '../../../local/faults/gateway.ts'
import { parseFaults } from '../../../local/faults/options.ts'
import { createDice } from '../../../local/faults/random.ts'

const settings = (gateway: object) => parseFaults({ gateway }).gateway

function aGateway() {
  const handleUpgrade = vi.fn<WebSocketGateway['handleUpgrade']>()
  const gateway: WebSocketGateway = {
    handleUpgrade,
    connections: {
      post: async () => ({ outcome: 'gone' }),
      get: async () => ({ outcome: 'gone' }),
      delete: async () => ({ outcome: 'gone' }),
    },
    close: async () => undefined,
  }
  return { gateway, handleUpgrade }
}

describe('the gateway with faults', () => {
  it('is the gateway itself, with its limits, while none is on', () => {
    const { gateway } = aGateway()
    expect(droppingGateway(gateway, settings({}), createDice(1))).toBe(gateway)
    expect(fasterLimits(undefined, settings({}))).toBeUndefined()
  })

  it('closes sooner on a faster clock, and keeps the other limits', () => {
    expect(fasterLimits({ frameBytes: 1 }, settings({ clockSpeed: 1000 }))).toEqual({
      frameBytes: 1,
      idleMs: 600,
      lifetimeMs: 7200,
    })
    expect(fasterLimits({ idleMs: 50 }, settings({ clockSpeed: 10 }))).toMatchObject({ idleMs: 5 })
  })

  it('cuts everybody at once, again and again until it closes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const { gateway, handleUpgrade } = aGateway()
      const dice = createDice(1)
      const dropping = droppingGateway(gateway, settings({ dropAllEveryMillis: 1000 }), dice)
      const open = () => {
        const socket = new PassThrough()
        dropping.handleUpgrade(new IncomingMessage(new Socket()), socket, Buffer.alloc(0))
        return socket
      }
      const first = [open(), open()]
      expect(handleUpgrade).toHaveBeenCalledTimes(2)
      const closed = Promise.all(first.map((socket) => once(socket, 'close')))
      vi.advanceTimersByTime(1000)
      expect(first.map(({ destroyed }) => destroyed)).toEqual([true, true])
      await closed
      vi.advanceTimersByTime(1000)
      expect(dice.strikes()).toEqual({ 'gateway.dropAllEveryMillis': 1 })

      const last = open()
      await dropping.close()
      vi.advanceTimersByTime(5000)
      expect(last.destroyed).toBe(false)
    } finally {
      vi.useRealTimers()
    }
  })
})
