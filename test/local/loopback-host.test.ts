import { describe, expect, it } from 'vitest'
import { hostProblem } from '../../local/loopback-host.ts'

describe('a Host header', () => {
  it.each([
    'localhost',
    'localhost:5000',
    'LocalHost:5000',
    'chat.localhost:5000',
    '127.0.0.1',
    '127.0.0.1:5000',
    '127.200.3.4:1',
    '[::1]',
    '[::1]:5000',
  ])('names this machine: %s', (host) => {
    expect(hostProblem(host)).toBeUndefined()
  })

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:5000',
    'localhost.evil.example:5000',
    'evil-localhost',
    '127.0.0.1.evil.example',
    '127.evil.example',
    '0.0.0.0:5000',
    '10.0.0.1:5000',
    '[::]:5000',
    '[::ffff:10.0.0.1]',
    'localhost:5000@evil.example',
    'evil.example#localhost',
    'localhost:port',
    'localhost\n',
  ])('does not name this machine: %j', (host) => {
    expect(hostProblem(host)).toMatch(
      /^(The host ".*" is not this machine|There is no Host header)\. Use localhost/,
    )
  })
})
