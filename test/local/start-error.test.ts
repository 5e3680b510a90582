import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TemplateError } from '../../local/stack/template.ts'
import { describeError, StartError } from '../../local/start-error.ts'
import { temporaryDirectory } from './temporary.ts'

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

describe('the description of an error', () => {
  it('is the message of a problem that the developer can fix', () => {
    expect(describeError(new StartError('Do this.'))).toBe('Do this.')
    expect(describeError(new TemplateError('Do that.'))).toBe('Do that.')
  })

  it('names the path of a system error', () => {
    const file = join(temporaryDirectory(), 'file')
    const denied = Object.assign(new Error('EACCES: …'), { code: 'EACCES', path: file })
    expect(describeError(denied)).toBe(
      `Cannot access ${file}: permission denied. Fix that, then start again.`,
    )
  })

  it('keeps the stack of everything else', () => {
    const bug = new TypeError('not expected')
    expect(describeError(bug)).toBe(bug.stack)
    expect(describeError(thrownBy(() => readFileSync('/nowhere')))).toContain('    at ')
    expect(describeError('a string')).toBe('a string')
  })
})
