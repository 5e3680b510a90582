import { afterAll, describe, expect, inject, it } from 'vitest'
import { admins } from '../support/chat.ts'
import { operationIds } from '../support/documented/rest.ts'
import { openScene } from '../support/documented/scene.ts'
import { clientTypes, pushTypes } from '../support/documented/socket.ts'
import { connecting } from './documented/connecting.ts'
import { groups } from './documented/groups.ts'
import { lists } from './documented/lists.ts'
import { readingAndEditing } from './documented/reading-and-editing.ts'
import { reconnecting } from './documented/reconnecting.ts'
import { sending } from './documented/sending.ts'

const steps = [...connecting, ...sending, ...readingAndEditing, ...groups, ...lists, ...reconnecting]

describe('a client that knows only asyncapi.yaml and openapi.yaml', async () => {
  const users = Object.entries(await admins('ada', 'bob', 'cyd'))
  const tokens = Object.fromEntries(users.map(([name, { token }]) => [name, token]))
  const known = users.flatMap(([name, { id, token }]) => [
    [name, id],
    [`${name}Token`, token],
  ])
  const scene = openScene(new URL(inject('url')).host, tokens, Object.fromEntries(known))
  afterAll(scene.close)

  it.each(steps.map((step) => [step.title, step] as const))('%s', (_title, step) => scene.play(step))

  it('calls every operation, sends every frame and receives every push', () => {
    const called = steps.flatMap((step) => ('call' in step ? [step.call] : []))
    const sent = steps.flatMap((step) => ('frame' in step ? [step.frame] : []))
    expect([...new Set(called)].toSorted()).toEqual(operationIds.toSorted())
    expect([...new Set(sent)].toSorted()).toEqual(clientTypes.toSorted())
    // Presence can arrive at any time, and no step causes an error frame without a request.
    const expected = pushTypes.filter((type) => type !== 'user_presence' && type !== 'error')
    expect([...scene.pushedTypes].toSorted()).toEqual(expected.toSorted())
  })
})
