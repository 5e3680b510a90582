import { beforeAll, describe, expect, it } from 'vitest'
import { RequestError } from '../../../client/index.ts'
import type { Texts } from '../../../web/text/texts.ts'
import { notSentText, problemText } from '../../../web/ui/problem-text.ts'
import { englishTexts } from '../english.ts'

let texts: Texts
beforeAll(async () => {
  texts = await englishTexts()
})

describe('why a request failed, in words', () => {
  it('INV-14: says when one more invitation is allowed', () => {
    const error = new RequestError('rate_limited', 'wait', { retryable: true, retryAfterMs: 3 * 3_600_000 })
    expect(problemText(error, texts)).toBe('You have done that too often. Try again in 3 hours.')
  })

  it('does not promise that less time passes than the server asks for', () => {
    const error = new RequestError('rate_limited', 'wait', { retryable: true, retryAfterMs: 61_000 })
    expect(problemText(error, texts)).toContain('in 2 minutes')
  })

  it('INV-7: says that an invitation was answered elsewhere', () => {
    expect(problemText(new RequestError('already_answered', 'x'), texts)).toBe(texts.alreadyAnswered)
  })

  it('shows none of the words of the server', () => {
    expect(problemText(new RequestError('bad_request', 'title: is blank'), texts)).toBe(texts.notAccepted)
    const notFound = { code: 'not_found', message: 'no such conversation' } as const
    expect(notSentText(notFound, texts)).toBe(`Not sent: ${texts.noLonger}`)
  })

  it('says that there was no connection', () => {
    const error = new RequestError('network', 'network', { retryable: true })
    expect(problemText(error, texts)).toBe('There is no connection. Try again later.')
  })

  it('asks to try again after everything else', () => {
    const timeout = new RequestError('timeout', 'no answer', { retryable: true })
    for (const error of [timeout, new RequestError('platform', 'HTTP 403'), new Error('x')])
      expect(problemText(error, texts)).toBe(texts.failed)
  })
})
