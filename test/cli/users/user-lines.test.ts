import { expect, it } from 'vitest'
import { userLines } from '../../../cli/users/user-lines.ts'

it('[OPS-3] the list of users has columns, and escapes characters that a terminal would interpret', () => {
  const ada = { id: 'ada', firstname: 'Ada', lastname: 'Lovelace', email: 'ada@example.org', role: 'admin' }
  const mallory = {
    id: 'mallory',
    firstname: '\u001b]0;owned\u0007',
    lastname: 'M\nadmin\tx',
    email: '\u009b31m\u202e',
    role: '\u001b[2J',
  }
  const name = '\\u{1b}]0;owned\\u{7} M\\nadmin\\tx'
  expect(userLines([ada, mallory])).toEqual([
    `ada      admin      ${'Ada Lovelace'.padEnd(name.length)}  ada@example.org`,
    `mallory  \\u{1b}[2J  ${name}  \\u{9b}31m\\u{202e}`,
  ])
})
