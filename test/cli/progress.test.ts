import { afterEach, expect, it, vi } from 'vitest'
import { progressOf } from '../../cli/progress.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** Shows the progress of a command for two seconds, and resolves with what was written to standard error. */
function shownOn(isTTY: boolean): readonly string[] {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 })
  const written: string[] = []
  vi.spyOn(process, 'stderr', 'get').mockReturnValue({
    isTTY,
    columns: 60,
    write: (text: string) => written.push(text) > 0,
  } as unknown as typeof process.stderr)
  const progress = progressOf('export')
  for (const [at, share] of [
    [0, 0],
    [999, 0.2],
    [1000, 0.5],
    [1050, 0.6],
    [2000, 0.75],
  ] as const) {
    vi.setSystemTime(at)
    progress.show(`${at} lines`, share)
  }
  progress.show('soon after')
  progress.end()
  return written
}

it('progress is shown after a second, at most ten times a second, and is removed at the end', () => {
  expect(shownOn(true)).toEqual([
    '\r\u001b[Kexport: [############............] 50 %, 1000 lines',
    '\r\u001b[Kexport: [##################......] 75 %, 2000 lines',
    '\r\u001b[K',
  ])
})

it('progress is not shown if standard error is not a terminal', () => {
  expect(shownOn(false)).toEqual([])
})
