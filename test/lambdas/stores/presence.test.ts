import { randomBytes } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { cleanUpConnection } from '../../../lambdas/chat/connections/cleanup.ts'
import { type PresenceTask, refreshPresence } from '../../../lambdas/chat/connections/compute-presence.ts'
import { latestSeqs } from '../../../lambdas/chat/connections/latest-seqs.ts'
import { leave } from '../../../lambdas/chat/connections/leave.ts'
import {
  deviceConnected,
  deviceDisconnected,
  presenceOf,
} from '../../../lambdas/chat/connections/presence.ts'
import { revokeUser } from '../../../lambdas/chat/connections/revoke.ts'
import { pushTyping } from '../../../lambdas/chat/push/typing.ts'
import { newMemory } from '../../../lambdas/memory.ts'
import type { Task } from '../../../lambdas/model.ts'
import { newConversationRows } from '../../../lambdas/stores/conversation-rows.ts'
import { allFeatures } from '../../../protocol/features.ts'
import { defaultRates } from '../../../protocol/limits.ts'
import { frameOn } from '../../support/frames.ts'
import { openStores, quiet } from '../../support/stores.ts'

const stores = openStores()
const id = () => randomBytes(11).toString('base64url')
const noon = Date.parse('2026-01-01T12:00:00.000Z')
const minute = 60_000
const hour = 60 * minute
/** One frame uses up this much of the rate, and the lease starts from there. */
const paid = 1000 / defaultRates.frames.perSecond

/** Ada and bob share a conversation and bob is connected. The test sets the clock. */
async function aWorld() {
  const [ada, bob] = [`ada-${id()}`, `bob-${id()}`]
  const conversation = id()
  for (const Item of newConversationRows(conversation, [ada, bob], new Date(noon).toISOString())) {
    await stores.db.send(new PutCommand({ TableName: stores.tables.conversations, Item }))
  }
  const clock = { now: noon }
  const posted: [string, boolean, string | null][] = []
  const queued: (Task & { readonly due: number })[] = []
  const deps = {
    ...stores,
    ...quiet,
    memory: newMemory(),
    rates: defaultRates,
    newId: id,
    tasks: {
      send: async (task: Task, delay = 0) => void queued.push({ ...task, due: clock.now + delay * 1000 }),
    },
    poster: {
      post: async (connection: string, frame: string) => {
        const { is_online, last_seen } = JSON.parse(frame)
        posted.push([connection, is_online, last_seen])
        return 'delivered' as const
      },
      close: async () => undefined,
      exists: async () => true,
    },
    now: () => clock.now,
  }
  const device = async (user: string, tokenExpiresAt = noon + 24 * hour) => {
    const connection = `${id()}=`
    await stores.register.add({ id: connection, openedAt: clock.now })
    await stores.authenticate({ id: connection, user, since: clock.now, tokenExpiresAt })
    await stores.connections.admit(connection, defaultRates.frames, clock.now)
    return connection
  }
  const listener = await device(bob)
  return {
    ada,
    bob,
    conversation,
    listener,
    clock,
    posted,
    queued,
    deps,
    device,
    frame: (connection: string) => stores.connections.admit(connection, defaultRates.frames, clock.now),
    refresh: (task: Partial<PresenceTask> = {}) => refreshPresence(deps, { user: ada, ...task }),
    /** Takes the only queued check and runs it when it is due. */
    async check() {
      const [task] = queued.splice(0)
      if (task?.task !== 'presence' || task.checkAt === undefined) throw new Error('no check is queued')
      clock.now = task.due
      await refreshPresence(deps, task)
    },
    /** A run that makes a change and crashes before it announces it. */
    async crashAnnouncing() {
      const conversations = { ...stores.conversations, ofUser: () => Promise.reject(new Error('crashed')) }
      await expect(refreshPresence({ ...deps, conversations }, { user: ada })).rejects.toThrow('crashed')
    },
    heard: () => posted.splice(0).map(([, online]) => online),
  }
}

const time = (at: number) => new Date(at).toISOString()

describe('a lease', () => {
  it('[PRESENCE-5] ends ten minutes after the last frame of a device that vanished, and is announced then', async () => {
    const world = await aWorld()
    await world.device(world.ada)
    await world.refresh()
    expect(world.posted).toEqual([[world.listener, true, time(noon)]])
    expect(world.queued).toEqual([
      { task: 'presence', user: world.ada, checkAt: noon + 10 * minute + paid, due: noon + 601_000 },
    ])
    await world.check()
    expect(world.posted.slice(1)).toEqual([[world.listener, false, time(noon + paid)]])
    expect(world.clock.now - (noon + 10 * minute)).toBeLessThan(3000)
    expect(world.queued).toEqual([])
  })

  it('[PRESENCE-1] is renewed by every frame, with one pending check and no announcement', async () => {
    const world = await aWorld()
    const device = await world.device(world.ada)
    await world.refresh()
    for (let n = 0; n < 3; n++) {
      const wait = Number(world.queued[0]?.due) - world.clock.now
      world.clock.now += wait / 2
      await world.frame(device)
      await world.refresh()
      expect(world.queued).toHaveLength(1)
      await world.check()
      await world.refresh()
      expect(world.queued).toHaveLength(1)
    }
    expect(world.heard()).toEqual([true])
  })

  it('[PRESENCE-1] ends a minute after the token, and after two hours', async () => {
    const world = await aWorld()
    const device = await world.device(world.ada, noon + 5 * minute)
    await world.refresh()
    await world.check()
    expect(world.clock.now).toBe(noon + 6 * minute)
    expect(world.heard()).toEqual([true, false])

    await stores.authenticate({
      id: device,
      user: world.ada,
      since: noon,
      tokenExpiresAt: noon + 24 * hour,
    })
    world.clock.now = noon + 2 * hour - minute
    await world.frame(device)
    await world.refresh()
    await world.check()
    expect(world.clock.now).toBe(noon + 2 * hour)
    expect(world.heard()).toEqual([true, false])
  })

  it.each(['ping', 'leave', 'typing'] as const)(
    '[PRESENCE-5] starts again with the next frame after it has ended, such as %s',
    async (type) => {
      const world = await aWorld()
      const device = await world.device(world.ada)
      const frame = () =>
        ({
          ping: () => latestSeqs(world.deps, frameOn(device, world.clock.now)),
          leave: () => leave(world.deps, frameOn(device, world.clock.now), world.conversation),
          typing: () => pushTyping(world.deps, frameOn(device, world.clock.now), world.conversation, true),
        })[type]()
      await frame()
      expect(world.queued).toEqual([])
      await world.refresh()
      await world.check()
      world.clock.now += minute
      await frame()
      expect(world.queued).toEqual([{ task: 'presence', user: world.ada, due: world.clock.now }])
      await world.refresh()
      expect(world.heard()).toEqual([true, false, true])
    },
  )
})

describe('several devices', () => {
  it('[PRESENCE-3] keep a user online until the last lease ends', async () => {
    const world = await aWorld()
    const [first, second] = [await world.device(world.ada), await world.device(world.ada)]
    await world.refresh()
    world.clock.now += 5 * minute
    await world.frame(second)
    await world.check()
    expect(world.queued).toMatchObject([{ checkAt: noon + 15 * minute + paid }])

    world.clock.now = noon + 11 * minute
    await world.frame(first)
    await cleanUpConnection(world.deps, second)
    const ended = world.queued.splice(1)
    expect(ended).toEqual([{ task: 'presence', user: world.ada, due: world.clock.now + 1000 }])
    await world.refresh()
    expect(world.queued).toHaveLength(1)
    expect(world.heard()).toEqual([true])
    await world.check()
    await world.check()
    expect(world.clock.now).toBeGreaterThanOrEqual(noon + 21 * minute)
    expect(world.heard()).toEqual([false])
  })

  it('[PRESENCE-2] get an earlier check when the device with the longest lease disconnects', async () => {
    const world = await aWorld()
    const [, second] = [await world.device(world.ada), await world.device(world.ada)]
    world.clock.now += 5 * minute
    await world.frame(second)
    await world.refresh()
    await cleanUpConnection(world.deps, second)
    await world.refresh()
    const [late, , early] = world.queued.splice(0) as PresenceTask[]
    expect([late?.checkAt, early?.checkAt]).toEqual([noon + 15 * minute + paid, noon + 10 * minute + paid])
    world.clock.now = noon + 10 * minute + 1000
    await world.refresh(early)
    expect(world.heard()).toEqual([true, false])
    await world.refresh(late)
    expect([world.queued, world.posted]).toEqual([[], []])
  })

  it('[PRESENCE-3] do not announce a page that reconnects within a second', async () => {
    const world = await aWorld()
    const device = await world.device(world.ada)
    await world.refresh()
    await cleanUpConnection(world.deps, device)
    world.clock.now += 900
    await world.device(world.ada)
    world.clock.now += 100
    expect(world.queued.at(-1)).toMatchObject({ due: world.clock.now })
    await world.refresh()
    expect(world.heard()).toEqual([true])
  })

  it('[PRESENCE-2] report the time of the disconnect as last seen', async () => {
    const world = await aWorld()
    const device = await world.device(world.ada)
    await world.refresh()
    world.clock.now += minute
    await cleanUpConnection(world.deps, device)
    world.clock.now += 1500
    await world.refresh()
    expect(world.posted.at(-1)).toEqual([world.listener, false, time(noon + minute)])
  })
})

describe('a computation of presence', () => {
  it('[PRESENCE-1] is not requested by another device of an online user', async () => {
    const world = await aWorld()
    await world.device(world.ada)
    await deviceConnected(world.deps, world.ada, 'first')
    expect(world.queued.splice(0)).toHaveLength(1)
    await world.refresh()
    world.queued.splice(0)
    await deviceConnected(world.deps, world.ada, 'second')
    expect(world.queued).toEqual([])
    world.clock.now += 11 * minute
    await deviceConnected(world.deps, world.ada, 'third')
    expect(world.queued).toHaveLength(1)
  })

  it('[PRESENCE-1] is requested once by devices that connect together, and again by the retry of a crashed request', async () => {
    const world = await aWorld()
    for (const name of ['first', 'second', 'third']) await deviceConnected(world.deps, world.ada, name)
    expect(world.queued.splice(0)).toEqual([{ task: 'presence', user: world.ada, due: noon }])
    await deviceConnected(world.deps, world.ada, 'first')
    expect(world.queued.splice(0)).toHaveLength(1)
    world.clock.now += 31_000
    await deviceConnected(world.deps, world.ada, 'another')
    expect(world.queued).toHaveLength(1)
  })

  it('[PRESENCE-1] is requested by a device that finds a change still unannounced after 20 s', async () => {
    const world = await aWorld()
    await world.device(world.ada)
    await world.crashAnnouncing()
    world.queued.splice(0)
    await deviceConnected(world.deps, world.ada, 'soon')
    expect(world.queued).toEqual([])
    world.clock.now += 21_000
    await deviceConnected(world.deps, world.ada, 'later')
    expect(world.queued).toHaveLength(1)
  })

  it('[PRESENCE-2] is requested once by devices that disconnect together, and includes the last of them', async () => {
    const world = await aWorld()
    const devices = [
      await world.device(world.ada),
      await world.device(world.ada),
      await world.device(world.ada),
    ]
    await world.refresh()
    world.queued.splice(0)
    for (const device of devices) {
      world.clock.now += 100
      await cleanUpConnection(world.deps, device)
    }
    expect(world.queued).toEqual([{ task: 'presence', user: world.ada, due: noon + 1100 }])
    await world.refresh()
    expect(world.posted.at(-1)).toEqual([world.listener, false, time(noon + 100)])
    await deviceDisconnected(world.deps, world.ada, 'another')
    expect(world.queued).toHaveLength(1)
  })

  it('[PRESENCE-2] is requested by the retry, or a later disconnect, if a disconnect crashed after it was noted', async () => {
    const world = await aWorld()
    await world.device(world.ada)
    await world.refresh()
    world.queued.splice(0)
    await stores.presence.note(world.ada, 'disconnected', { connection: 'crashed', at: noon })
    await deviceDisconnected(world.deps, world.ada, 'another')
    expect(world.queued).toHaveLength(0)
    await deviceDisconnected(world.deps, world.ada, 'crashed')
    expect(world.queued).toHaveLength(1)
    world.clock.now += 31_000
    await deviceDisconnected(world.deps, world.ada, 'another')
    expect(world.queued).toHaveLength(2)
  })

  it('[PRESENCE-2] is requested by removing the user if a disconnect crashed before its request', async () => {
    const world = await aWorld()
    const device = await world.device(world.ada)
    await world.refresh()
    world.queued.splice(0)
    const dead = () => Promise.reject(new Error('crashed'))
    const dying = {
      ...world.deps,
      presence: { ...stores.presence, note: dead },
      report: () => {
        throw new Error('crashed')
      },
    }
    await expect(cleanUpConnection(dying, device)).rejects.toThrow('crashed')
    await revokeUser(world.deps, world.ada)
    expect(world.queued).toHaveLength(1)
  })

  it.each([
    ['found no device runs again', false],
    ['found another device does not run again', true],
  ])('[PRESENCE-1] that %s when a device connects in the meantime', async (_, another) => {
    const world = await aWorld()
    if (another) await world.device(world.ada)
    let runs = 0
    const connections = {
      ...stores.connections,
      openConnections: async (user: string) => {
        const devices = await stores.connections.openConnections(user)
        if (runs++ === 0) await deviceConnected(world.deps, user, await world.device(user))
        return devices
      },
    }
    await refreshPresence({ ...world.deps, connections }, { user: world.ada })
    expect(runs).toBe(another ? 1 : 2)
    expect(world.heard()).toEqual([true])
    world.queued.splice(0)
    await deviceConnected(world.deps, world.ada, 'one more')
    expect(world.queued).toEqual([])
  })

  it('[PRESENCE-2] runs again when a device disconnects in the meantime', async () => {
    const world = await aWorld()
    const device = await world.device(world.ada)
    let runs = 0
    const connections = {
      ...stores.connections,
      openConnections: async (user: string) => {
        const devices = await stores.connections.openConnections(user)
        if (runs++ === 0) await cleanUpConnection(world.deps, device)
        return devices
      },
    }
    await world.refresh()
    await refreshPresence({ ...world.deps, connections }, { user: world.ada })
    expect(runs).toBe(2)
    expect(world.heard()).toEqual([true, false])
  })
})

describe('concurrent refreshes', () => {
  it('[PRESENCE-3] announce a change once', async () => {
    const world = await aWorld()
    const device = await world.device(world.ada)
    await Promise.all(Array.from({ length: 8 }, () => world.refresh()))
    await cleanUpConnection(world.deps, device)
    await Promise.all(Array.from({ length: 8 }, () => world.refresh()))
    await world.refresh()
    expect(world.heard()).toEqual([true, false])
  })

  it('[PRESENCE-2] announce a change whose run crashed before it announced it', async () => {
    const world = await aWorld()
    await world.device(world.ada)
    await world.crashAnnouncing()
    await world.refresh()
    expect(world.heard()).toEqual([])
    world.clock.now += 30_000
    await world.refresh()
    await world.refresh()
    expect(world.heard()).toEqual([true])
  })

  it('[PRESENCE-2] end with the current state when one overtakes another', async () => {
    const world = await aWorld()
    const device = await world.device(world.ada)
    const { poster } = world.deps
    const slow = {
      ...poster,
      post: async (connection: string, frame: string) => {
        if (JSON.parse(frame).is_online === true) {
          await cleanUpConnection(world.deps, device)
          await world.refresh()
        }
        return await poster.post(connection, frame)
      },
    }
    await refreshPresence({ ...world.deps, poster: slow }, { user: world.ada })
    expect(world.heard()).toEqual([false, true, false])
  })

  it.each([true, false])(
    '[PRESENCE-2] run the one with the older view again (a device connects: %s)',
    async (connects) => {
      const world = await aWorld()
      const before = connects ? undefined : await world.device(world.ada)
      let held = true
      const connections = {
        ...stores.connections,
        openConnections: async (user: string) => {
          const devices = await stores.connections.openConnections(user)
          if (held) {
            held = false
            if (before === undefined) await world.device(world.ada)
            else await cleanUpConnection(world.deps, before)
            await world.refresh()
          }
          return devices
        },
      }
      await refreshPresence({ ...world.deps, connections }, { user: world.ada })
      const { is_online } = (await presenceOf(world.deps, [world.ada])).get(world.ada) ?? {}
      expect(is_online).toBe(connects)
      expect(world.heard()).toEqual(connects ? [true] : [])
    },
  )

  it('[PRESENCE-2] change nothing if the check cannot be queued, so that the retry does everything', async () => {
    const world = await aWorld()
    await world.device(world.ada)
    const tasks = { send: () => Promise.reject(new Error('queue')) }
    await expect(refreshPresence({ ...world.deps, tasks }, { user: world.ada })).rejects.toThrow('queue')
    expect(world.heard()).toEqual([])
    await world.refresh()
    expect(world.heard()).toEqual([true])
    expect(world.queued).toHaveLength(1)
  })
})

describe('an announcement', () => {
  it('[PRESENCE-4] reaches neither connections with an expired token nor participants of conversations that the user has left', async () => {
    const world = await aWorld()
    await world.device(world.bob, noon - 1)
    await world.device(world.ada)
    const eve = `eve-${id()}`
    const conversation = id()
    for (const Item of newConversationRows(conversation, [eve], time(noon))) {
      await stores.db.send(new PutCommand({ TableName: stores.tables.conversations, Item }))
    }
    // Ada's list still contains the conversation, but she is no longer a participant.
    const Item = { pk: `USER#${world.ada}`, sk: `CONV#${conversation}`, id: conversation }
    await stores.db.send(new PutCommand({ TableName: stores.tables.conversations, Item }))
    await world.device(eve)
    await world.refresh()
    expect(world.posted.map(([connection]) => connection)).toEqual([world.listener])
  })
})

describe('a lookup', () => {
  it('[PRESENCE-6] returns the presence of users, and offline if a check was lost', async () => {
    const world = await aWorld()
    const device = await world.device(world.ada)
    const lookUp = () => presenceOf(world.deps, [world.ada, 'nobody', world.ada])
    const nobody = ['nobody', { is_online: false, last_seen: null }]
    await world.refresh()
    expect([...(await lookUp())]).toEqual([[world.ada, { is_online: true, last_seen: time(noon) }], nobody])
    world.clock.now = noon + 15 * minute
    expect((await lookUp()).get(world.ada)?.is_online).toBe(false)
    await cleanUpConnection(world.deps, device)
    await world.refresh()
    expect([...(await lookUp())]).toEqual([
      [world.ada, { is_online: false, last_seen: time(noon + 15 * minute) }],
      nobody,
    ])
  })

  it('[PRESENCE-7] returns nothing if presence is switched off, and nothing is stored or announced', async () => {
    const world = await aWorld()
    const off = { ...world.deps, features: { ...allFeatures, presence: false } }
    const device = await world.device(world.ada)
    await refreshPresence(off, { user: world.ada })
    await cleanUpConnection(off, device)
    expect((await stores.presence.findAll([world.ada])).size).toBe(0)
    expect((await presenceOf(off, [world.ada])).size).toBe(0)
    expect([world.queued, world.posted]).toEqual([[], []])
  })
})
