/** How long a claim is held. All tabs claim the same name within this time. */
const HELD_MS = 10_000

/** True in the first tab that claims this name. Without Web Locks, in every tab. */
export function claim(name: string): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(true)
  return new Promise((resolve) => {
    const hold = (lock: Lock | null) => {
      resolve(lock !== null)
      return lock && new Promise((release) => setTimeout(release, HELD_MS))
    }
    navigator.locks.request(name, { ifAvailable: true }, hold).catch(() => resolve(true))
  })
}
