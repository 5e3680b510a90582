import { describe, expect, it } from 'vitest'
import { isAllowedOrigin, isExactOrigin, isWebOrigin } from '../../protocol/origins.ts'

const web = ['https://chat.example', 'http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:8080']
const apps = [
  'capacitor://localhost',
  'ionic://localhost',
  'tauri://localhost',
  'app://obsidian.md',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  'moz-extension://8a3b1a5e-77a1-4a0f-9a55-1f1a6b9f1c2d',
  'safari-web-extension://8A3B1A5E-77A1-4A0F-9A55-1F1A6B9F1C2D',
  'vscode-webview://1abc:5000',
]

describe('an exact origin', () => {
  it('[CONN-1] can have any scheme, and can be the word null', () => {
    for (const origin of [...web, ...apps, 'null']) expect(isExactOrigin(origin), origin).toBe(true)
  })

  it('[CONN-1] has no path, no wildcard and no scheme that is never the origin of a page', () => {
    for (const origin of [
      ...['', '*', 'https://*', 'https://*.chat.example', 'capacitor://*', 'http://localhost:*', 'Null'],
      ...[...web, ...apps].flatMap((exact) => [`${exact}/`, `${exact}/chat`, `${exact}?q`, ` ${exact}`]),
      ...['https://chat.example:443', 'https://Chat.example', 'https://user@chat.example', 'chat.example'],
      ...['wss://chat.example', 'ws://chat.example', 'file://', 'file://host', 'capacitor://', 'capacitor:x'],
      ...['capacitor://a,capacitor://b', 'capacitor://a b', 'Capacitor://localhost', 'capacitor://a\n'],
    ]) {
      expect(isExactOrigin(origin), JSON.stringify(origin)).toBe(false)
    }
  })

  it('fits into the CORS configuration of API Gateway only with http or https', () => {
    for (const origin of web) expect(isWebOrigin(origin), origin).toBe(true)
    for (const origin of [...apps, 'null']) expect(isWebOrigin(origin), origin).toBe(false)
  })
})

describe('the allowed origins', () => {
  it('[CONN-1] are matched exactly', () => {
    const allowed = ['https://chat.example', 'http://localhost:3000', 'capacitor://localhost']
    for (const origin of allowed) expect(isAllowedOrigin(allowed, origin)).toBe(true)
    for (const origin of [
      'https://chat.example.evil',
      'http://localhost:3001',
      'http://localhost',
      'ionic://localhost',
      'capacitor://localhost:1',
      '',
      'null',
    ]) {
      expect(isAllowedOrigin(allowed, origin)).toBe(false)
    }
  })

  it('[CONN-1] include null only where it is listed', () => {
    expect(isAllowedOrigin(['null'], 'null')).toBe(true)
    expect(isAllowedOrigin(['null'], 'capacitor://localhost')).toBe(false)
  })

  it('[CONN-1] include every port of a loopback host that is listed with an asterisk', () => {
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

  it('[CONN-1] include no other host that is listed with an asterisk', () => {
    expect(isAllowedOrigin(['http://evil.example:*'], 'http://evil.example:80')).toBe(false)
  })
})
