import type { Device } from '../client/device.ts'

const BAR_WIDTH = 40

/** Plots how many attempts to connect began in each second after `began`, one line a second. */
export function attemptsAfter(began: number, devices: readonly Device[]): readonly string[] {
  const seconds = devices
    .flatMap(({ attempts }) => attempts)
    .filter((at) => at >= began)
    .map((at) => Math.floor((at - began) / 1000))
  const counts = Array.from({ length: Math.max(0, ...seconds) + 1 }, () => 0)
  for (const second of seconds) counts[second] = (counts[second] ?? 0) + 1
  const max = Math.max(...counts)
  const bars = counts.map((count, second) => {
    const bar = '#'.repeat(Math.ceil((count / max) * BAR_WIDTH))
    return `${String(second).padStart(5)} s ${String(count).padStart(5)} ${bar}`
  })
  return [`${seconds.length} attempts to connect, by the second in which they began:`, ...bars]
}
