import { afterAll, describe, expect, inject, it } from 'vitest'
import { anAdmin } from '../support/chat.ts'
import { operationIds } from '../support/documented/rest.ts'
import { openScene } from '../support/documented/scene.ts'
import { askedTypes, toldTypes } from '../support/documented/socket.ts'
import { grouping } from './documents/grouping.ts'
import { listing } from './documents/listing.ts'
import { meeting } from './documents/meeting.ts'
import { reading } from './documents/reading.ts'
import { returning } from './documents/returning.ts'
import { talking } from './documents/talking.ts'

/** Everything that the documents describe, as somebody would do it who has read nothing else. */
const steps = [...meeting, ...talking, ...reading, ...grouping, ...listing, ...returning]

describe('Who knows nothing but the two documents can do everything', async () => {
  const people = { ada: await anAdmin('ada'), bob: await anAdmin('bob'), cyd: await anAdmin('cyd') }
  const tokens = Object.fromEntries(Object.entries(people).map(([who, { token }]) => [who, token]))
  const known = Object.entries(people).flatMap(([who, { id, token }]) => [
    [who, id],
    [`${who}Token`, token],
  ])
  const scene = openScene(new URL(inject('url')).host, tokens, Object.fromEntries(known))
  afterAll(scene.close)

  it.each(steps.map((step) => [step.does, step] as const))('%s', (_does, step) => scene.play(step))

  it('and has called every operation, sent every frame, and heard every push', () => {
    const called = steps.flatMap((step) => ('call' in step ? [step.call] : []))
    const sent = steps.flatMap((step) => ('frame' in step ? [step.frame] : []))
    expect([...new Set(called)].toSorted()).toEqual(operationIds.toSorted())
    expect([...new Set(sent)].toSorted()).toEqual(askedTypes.toSorted())
    // Presence comes when it comes, and an error that nobody caused does not come here.
    const heard = toldTypes.filter((type) => type !== 'user_presence' && type !== 'error')
    expect([...scene.told].toSorted()).toEqual(heard.toSorted())
  })
})
