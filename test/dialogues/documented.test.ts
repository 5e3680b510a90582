import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { operationIds } from '../../verification/dialogues/rest.ts'
import { openScene } from '../../verification/dialogues/scene.ts'
import { clientTypes, pushTypes } from '../../verification/dialogues/socket.ts'
import { connecting, startingPair } from '../../verification/dialogues/steps/connecting.ts'
import { groups, startingGroup } from '../../verification/dialogues/steps/groups.ts'
import { lists } from '../../verification/dialogues/steps/lists.ts'
import { readingAndEditing } from '../../verification/dialogues/steps/reading-and-editing.ts'
import { reconnecting } from '../../verification/dialogues/steps/reconnecting.ts'
import { sending } from '../../verification/dialogues/steps/sending.ts'
import { admins } from '../support/chat.ts'

const steps = [
  ...connecting(['ada', 'bob', 'cyd']),
  ...startingPair,
  ...sending('$pair', 0),
  ...readingAndEditing('$pair', 0),
  ...startingGroup,
  ...groups,
  ...lists,
  ...reconnecting('$pair'),
]

describe('a client that knows only asyncapi.yaml and openapi.yaml', async () => {
  const users = Object.entries(await admins('ada', 'bob', 'cyd'))
  const tokens = Object.fromEntries(users.map(([name, { token }]) => [name, token]))
  const known = users.flatMap(([name, { id, token }]) => [
    [name, id],
    [`${name}Token`, token],
  ])
  const addresses = { socketUrl: inject('socketUrl'), restUrl: inject('url') }
  const scene = openScene(addresses, tokens, {
    ...Object.fromEntries(known),
    run: randomUUID(),
    title: 'Plans',
  })
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

  it('names a rule of the protocol in every step', () => {
    const protocol = readFileSync('docs/protocol.md', 'utf8')
    expect(steps.filter(({ rule }) => !protocol.includes(`**[${rule}]**`))).toEqual([])
  })
})
