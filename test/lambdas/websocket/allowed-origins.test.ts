import { describe, expect, it } from 'vitest'
import { isAllowedOrigin } from '../../../lambdas/websocket/allowed-origins.ts'

describe('the allowed origins', () => {
  it('are matched exactly', () => {
    const allowed = ['https://chat.example', 'http://localhost:3000']
    for (const origin of allowed) expect(isAllowedOrigin(allowed, origin)).toBe(true)
    for (const origin of [
      'https://chat.example.evil',
      'http://localhost:3001',
      'http://localhost',
      '',
      'null',
    ]) {
      expect(isAllowedOrigin(allowed, origin)).toBe(false)
    }
  })

  it('include every port of a loopback host that is listed with an asterisk', () => {
    const allowed = ['http://localhost:*']
    for (const origin of ['http://localhost:5173', 'http://localhost', 'http://localhost:1']) {
      expect(isAllowedOrigin(allowed, origin)).toBe(true)
    }
    for (const origin of [
      'http://127.0.0.1:5173',
      'https://localhost:5173',
      'http://localhost.evil:5173',
      'http://localhost:5173.evil',
      'http://localhost:',
      'http://evil/http://localhost:1',
    ]) {
      expect(isAllowedOrigin(allowed, origin)).toBe(false)
    }
  })

  it('include no other host that is listed with an asterisk', () => {
    expect(isAllowedOrigin(['http://evil.example:*'], 'http://evil.example:80')).toBe(false)
  })
})
