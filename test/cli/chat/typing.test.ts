import { expect, it } from 'vitest'
import { Typing } from '../../../cli/chat/typing.ts'

/** What is told when a line stands in the editor at a time, in milliseconds. */
function told(...lines: readonly (readonly [at: number, line: string])[]) {
  let now = 0
  const reports: boolean[] = []
  const typing = new Typing(
    (isTyping) => reports.push(isTyping),
    () => now,
  )
  for (const [at, line] of lines) {
    now = at
    typing.changed(line)
  }
  return reports
}

it('somebody who types is told of once in three seconds', () => {
  expect(told([0, 'h'], [100, 'he'], [2999, 'hel'], [3000, 'hell'], [5000, 'hello'])).toEqual([true, true])
})

it('somebody who gives a message up is told of once', () => {
  expect(told([0, 'h'], [10, ''], [20, '']).concat(told([0, '']))).toEqual([true, false])
})

it('nobody is told of a command, but of a message that begins with a slash', () => {
  expect(told([0, '/'], [10, '/list'])).toEqual([])
  expect(told([0, '//'])).toEqual([true])
})
