import { expect, it } from 'vitest'
import { clientFrames, frameTypes } from '../../protocol/frames.ts'
import { answerFrames } from '../../protocol/server-frames.ts'

it('every answer frame answers exactly one client frame', () => {
  const answers = frameTypes.flatMap((type) => clientFrames[type].answer?.type ?? [])
  expect(answers.toSorted()).toEqual(Object.keys(answerFrames).toSorted())
})
