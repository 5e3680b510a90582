import { describe, expect, it } from 'vitest'
import { assetsIn, classOf } from '../../../web/service-worker/requests.ts'

const ORIGIN = 'https://chat.example.com'
const FILES = ['/assets/index-3221.js', '/icon.svg']

const get = (address: string, mode = 'cors') => ({
  url: new URL(address, ORIGIN).href,
  method: 'GET',
  mode,
})
const classOfGet = (address: string, mode?: string) => classOf(get(address, mode), ORIGIN, FILES)

describe('the service worker', () => {
  it.each(['/', '/c/abc', '/?lang=fr', '/anything/else'])('answers %s with the page', (path) => {
    expect(classOfGet(path, 'navigate')).toBe('page')
  })

  it.each([
    '/api/admin/chat/conversations',
    '/ws/chat',
    '/local/users',
    '/socket.io/',
    '/assets/',
    '/none.html',
    'https://example.org/',
  ])('leaves a visit of %s to the browser', (path) => {
    expect(classOfGet(path, 'navigate')).toBeUndefined()
  })

  it('answers with the files that it keeps, and touches no others', () => {
    expect(classOfGet('/assets/index-3221.js')).toBe('hashed')
    expect(classOfGet('/icon.svg')).toBe('file')
    for (const path of ['/assets/index-0000.js', '/admin-chat.js', '/api/admin/chat/conversations'])
      expect(classOfGet(path)).toBeUndefined()
    expect(classOfGet('https://example.org/icon.svg')).toBeUndefined()
  })

  it('does not handle requests that change something', () => {
    expect(classOf({ ...get('/', 'navigate'), method: 'POST' }, ORIGIN, FILES)).toBeUndefined()
  })

  it('finds the hashed files that a page names', () => {
    const page =
      '<script src="/assets/index-3221.js"></script><link href="/assets/a_b-1.css"><link href="/icon.svg">'
    expect(assetsIn(page)).toEqual(['/assets/index-3221.js', '/assets/a_b-1.css'])
  })
})
