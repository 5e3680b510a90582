import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openJournal } from '../../../../local/aws/sqs/journal.ts'
import { VISIBILITY_SHARE } from '../../../../local/aws/sqs/queue.ts'
import { deadModel, noon, someQueues, tasksModel } from './support.ts'

const hiddenMs = tasksModel.visibilityMs * VISIBILITY_SHARE
const bodies = (messages: readonly { readonly body: string }[]) => messages.map(({ body }) => body)

describe('a queue', () => {
  it('delays a message, and returns at most the requested number', async () => {
    const { tasks, clock } = someQueues()
    tasks.send('late', 'Lifecycle', 15_000)
    for (const body of ['a', 'b', 'c']) tasks.send(body, 'Lifecycle', 0)
    expect(bodies(tasks.receive(2))).toEqual(['a', 'b'])
    expect(bodies(tasks.receive(2))).toEqual(['c'])
    await clock.pass(14_999)
    expect(tasks.receive(2)).toEqual([])
    await clock.pass(1)
    expect(bodies(tasks.receive(2))).toEqual(['late'])
  })

  it('hides received messages, and shows them again unless they are deleted', async () => {
    const { tasks, clock } = someQueues()
    tasks.send('done', 'Rest', 0)
    tasks.send('failed', 'Rest', 0)
    const [done] = tasks.receive(10)
    tasks.delete([done?.id ?? ''])
    expect(tasks.receive(10)).toEqual([])
    await clock.pass(hiddenMs)
    expect(tasks.receive(10)).toMatchObject([{ body: 'failed', receiveCount: 2, firstReceivedAt: noon }])
  })

  it('deletes a message that has become visible again', async () => {
    const { tasks, clock } = someQueues()
    tasks.send('slow', 'Rest', 0)
    const [slow] = tasks.receive(10)
    await clock.pass(hiddenMs)
    tasks.delete([slow?.id ?? ''])
    expect(tasks.receive(10)).toEqual([])
  })

  it('moves a message that was received too often to the dead-letter queue, and warns without its content', async () => {
    const { tasks, dead, clock, warn } = someQueues()
    const { id } = tasks.send('poison', 'Rest', 0)
    for (let times = 0; times < 2; times++) {
      expect(tasks.receive(10)).toHaveLength(1)
      await clock.pass(hiddenMs)
    }
    expect(warn).not.toHaveBeenCalled()
    expect(tasks.receive(10)).toEqual([])
    expect(warn.mock.calls[0]?.[0]).toMatch(new RegExp(`GIVEN UP: message ${id} of Tasks failed 2 times`))
    expect(warn.mock.calls[0]?.[0]).not.toContain('poison')
    expect(bodies(dead.receive(10))).toEqual(['poison'])
  })

  it('leaves no timer when closed, and still stores messages sent to it', async () => {
    const { tasks, queues, clock, file } = someQueues()
    tasks.send('late', 'Rest', 1_000)
    queues.close()
    tasks.send('later', 'Rest', 1_000)
    expect(clock.waiting).toBe(0)
    expect(bodies(openJournal(file).messagesOf('Tasks'))).toEqual(['late', 'later'])
  })
})

describe('the messages after a crash', () => {
  it('are all restored, each in its queue and due at its time', async () => {
    const { tasks, dead, clock, file } = someQueues()
    const { id } = tasks.send('done', 'Rest', 0)
    tasks.receive(1)
    tasks.delete([id])
    tasks.send('received', 'Rest', 0)
    tasks.receive(1)
    tasks.send('delayed', 'Rest', 60_000)
    dead.send('dead', 'Rest', 0)

    const again = someQueues({ file, clock })
    expect(bodies(again.dead.receive(10))).toEqual(['dead'])
    expect(again.tasks.receive(10)).toEqual([])
    await clock.pass(hiddenMs)
    expect(again.tasks.receive(10)).toMatchObject([{ body: 'received', receiveCount: 2 }])
    await clock.pass(60_000 - hiddenMs)
    expect(bodies(again.tasks.receive(10))).toContain('delayed')
  })

  it('are not damaged by an unfinished line', () => {
    const { tasks, file } = someQueues()
    tasks.send('whole', 'Rest', 0)
    appendFileSync(file, '{"save":[{"id":"ha')
    const again = someQueues({ file })
    again.tasks.send('next', 'Rest', 0)
    expect(bodies(openJournal(file).messagesOf('Tasks'))).toEqual(['whole', 'next'])
  })

  it('are not read from a damaged file', () => {
    const { tasks, file } = someQueues()
    tasks.send('whole', 'Rest', 0)
    writeFileSync(file, `nonsense\n${readFileSync(file, 'utf8')}`)
    expect(() => openJournal(file)).toThrow(/damaged in line 1\. Delete it/)
  })

  it('are dropped when older than the retention period of their queue', async () => {
    const { tasks, clock, file } = someQueues()
    tasks.send('old', 'Rest', 0)
    await clock.pass(deadModel.retentionMs + 1)
    expect(someQueues({ file, clock }).tasks.receive(10)).toEqual([])
    expect(openJournal(file).messagesOf('Tasks')).toEqual([])
  })

  it('are in a file that is compacted and readable by its owner only', () => {
    const { tasks, file } = someQueues()
    tasks.send('stays', 'Rest', 900_000)
    for (let count = 0; count < 2_000; count++) {
      tasks.send('passes', 'Rest', 0)
      tasks.delete(tasks.receive(1).map(({ id }) => id))
    }
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(1_001)
    expect(bodies(openJournal(file).messagesOf('Tasks'))).toEqual(['stays'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})
