import { describe, expect, it } from 'vitest'
import { idIn } from '../../../web/app/routes.ts'

describe('the conversation in an address', () => {
  it('is what follows /c/, with or without a slash at the end', () => {
    expect(idIn('/c/with%20space')).toBe('with space')
    expect(idIn('/c/abc/')).toBe('abc')
  })

  it('is missing in every other path', () => {
    for (const path of ['/', '/c/', '/foo/bar', '/c/a/b', '/c/%ff']) expect(idIn(path)).toBeUndefined()
  })
})
