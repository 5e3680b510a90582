import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { elementTokens, pageTokens } from '../../../web/app/tokens.ts'

function memory(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const values = new Map<string, string>()
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }
}

function forbid(name: string): void {
  const get = () => {
    throw new DOMException('Access is denied.', 'SecurityError')
  }
  Object.defineProperty(globalThis, name, { configurable: true, get })
}

beforeEach(() => {
  vi.stubGlobal('localStorage', memory())
  vi.stubGlobal('sessionStorage', memory())
})
afterEach(() => {
  pageTokens.forget()
  vi.unstubAllGlobals()
})

describe('the token of the page', () => {
  it('is localStorage.token, or one for this tab alone', () => {
    localStorage.setItem('token', 'of all tabs')
    expect(pageTokens.read()).toBe('of all tabs')
    pageTokens.write('of this tab', true)
    expect(pageTokens.read()).toBe('of this tab')
    expect(localStorage.getItem('token')).toBe('of all tabs')
  })

  it('is the pasted one, also after a demo user', () => {
    pageTokens.write('of a demo user', true)
    pageTokens.write('pasted', false)
    expect(pageTokens.read()).toBe('pasted')
    expect(localStorage.getItem('token')).toBe('pasted')
  })

  it('is forgotten where it was, because other tabs may belong to another user', () => {
    localStorage.setItem('token', 'of all tabs')
    pageTokens.write('of this tab', true)
    pageTokens.forget()
    expect(localStorage.getItem('token')).toBe('of all tabs')
  })

  it('is not forgotten in place of another one that it has replaced', () => {
    pageTokens.write('new', false)
    pageTokens.forget('old')
    expect(pageTokens.read()).toBe('new')
    pageTokens.forget('new')
    expect(pageTokens.read()).toBeUndefined()
  })

  it('lasts as long as the page where storage is forbidden', () => {
    for (const name of ['localStorage', 'sessionStorage']) forbid(name)
    expect(pageTokens.read()).toBeUndefined()
    pageTokens.write('pasted', false)
    expect(pageTokens.read()).toBe('pasted')
    pageTokens.forget()
    expect(pageTokens.read()).toBeUndefined()
  })
})

describe('the token of an element', () => {
  it('is the one of its site, where the user cannot sign in otherwise', async () => {
    localStorage.setItem('token', 'of the site itself')
    const tokens = elementTokens(() => async () => 'from the function')
    expect(await tokens.read()).toBe('from the function')
    expect(tokens.canWrite()).toBe(false)
    tokens.forget()
    expect(localStorage.getItem('token')).toBe('of the site itself')
  })

  it('is localStorage.token if the site has set no function', async () => {
    sessionStorage.setItem('token', 'of something else')
    const tokens = elementTokens(() => undefined)
    expect(tokens.read()).toBeUndefined()
    tokens.write('pasted', false)
    expect(localStorage.getItem('token')).toBe('pasted')
    expect(tokens.canWrite()).toBe(true)
  })
})
