import { expect, it } from 'vitest'
import { Typing } from '../../../cli/chat/typing.ts'

/** Returns the reports that follow when the editor's text changes at these times. */
function reported(...lines: readonly (readonly [atMs: number, line: string])[]) {
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

it('typing is reported once in three seconds', () => {
  expect(reported([0, 'h'], [100, 'he'], [2999, 'hel'], [3000, 'hell'], [5000, 'hello'])).toEqual([
    true,
    true,
  ])
})

it('discarding a message is reported once', () => {
  expect(reported([0, 'h'], [10, ''], [20, '']).concat(reported([0, '']))).toEqual([true, false])
})

it('typing a command is not reported, but typing a message that starts with a slash is', () => {
  expect(reported([0, '/'], [10, '/list'])).toEqual([])
  expect(reported([0, '//'])).toEqual([true])
})
