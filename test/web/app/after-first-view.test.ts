import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ChatState, Invitation } from '../../../client/index.ts'
import { source } from '../../../client/readable.ts'
import { afterFirstView } from '../../../web/app/after-first-view.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function start(phase: ChatState['phase'] = 'connecting') {
  const stateIn = (next: ChatState['phase']): ChatState => ({ phase: next, since: 0, storage: 'durable' })
  const state = source(stateIn(phase))
  const invitations = source<readonly Invitation[]>([])
  const run = vi.fn()
  afterFirstView({ state, invitations }, run)
  return { run, invitations, enter: (next: ChatState['phase']) => state.set(stateIn(next)) }
}

it.each(['online', 'polling', 'offline'] as const)(
  'work that can wait begins half a second after "%s"',
  (phase) => {
    const { run, enter } = start()
    vi.advanceTimersByTime(1000)
    enter(phase)
    vi.advanceTimersByTime(499)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(run).toHaveBeenCalledOnce()
  },
)

it('work that can wait begins at once if the user has to sign in', () => {
  const { run, enter } = start()
  enter('signed-out')
  expect(run).toHaveBeenCalledOnce()
  expect(start('signed-out').run).toHaveBeenCalledOnce()
})

it('work that can wait begins at once, and only once, if the user has invitations', () => {
  const { run, invitations, enter } = start()
  invitations.set([{ id: 'an invitation' } as Invitation])
  enter('online')
  vi.advanceTimersByTime(5000)
  expect(run).toHaveBeenCalledOnce()
})

it('work that can wait begins after two seconds without a connection, and only once', () => {
  const { run, enter } = start()
  vi.advanceTimersByTime(2000)
  expect(run).toHaveBeenCalledOnce()
  enter('online')
  vi.advanceTimersByTime(5000)
  expect(run).toHaveBeenCalledOnce()
})
