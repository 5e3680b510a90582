import { afterEach, describe, expect, it, vi } from 'vitest'
import { environment } from '../../../client/browser/environment.ts'
import type { ChatOptions, Socket } from '../../../client/types.ts'

const WebSocket = class {} as new () => Socket
const options: ChatOptions = { url: 'wss://chat', rest: 'https://chat', token: () => 'token', WebSocket }

afterEach(() => vi.unstubAllGlobals())

describe('the environment of the chat', () => {
  it('[CLIENT-8] has no tabs in Node, where the page is always visible', () => {
    const { tabs, page, clock, random } = environment(options)
    expect([tabs, page.isVisible()]).toEqual([false, true])
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000)
    expect(random()).toBeLessThan(1)
  })

  it('[CLIENT-2] stores in memory without IndexedDB, or where reading it throws', async () => {
    for (const get of [
      () => undefined,
      () => {
        throw new DOMException('', 'SecurityError')
      },
    ]) {
      Object.defineProperty(globalThis, 'indexedDB', { configurable: true, get })
      const { storage } = environment(options)
      await storage.set('key', 1)
      expect(await storage.get('key')).toBe(1)
    }
    Reflect.deleteProperty(globalThis, 'indexedDB')
  })

  it('uses the WebSocket of the platform, and says so if there is none', () => {
    const { WebSocket: _, ...others } = options
    vi.stubGlobal('WebSocket', undefined)
    expect(() => environment(others)).toThrow(TypeError)
    vi.stubGlobal('WebSocket', WebSocket)
    expect(environment(others).WebSocket).toBe(WebSocket)
  })

  it('uses the fetch of the platform', async () => {
    const platform = vi.fn(async () => new Response('hello'))
    vi.stubGlobal('fetch', platform)
    expect(await (await environment(options).fetch('https://chat')).text()).toBe('hello')
    expect(platform).toHaveBeenCalledWith('https://chat')
  })

  it('prefers the options that the application passes', () => {
    const tabs = { lock: () => () => {}, channel: () => ({ post() {}, close() {} }) }
    expect(environment({ ...options, tabs, random: () => 0.5 })).toMatchObject({ tabs, WebSocket })
  })
})
