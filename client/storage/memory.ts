import type { Storage } from '../types.ts'

/** A storage that lasts as long as the page. */
export function memoryStorage(): Storage {
  const values = new Map<string, unknown>()
  return {
    volatile: true,
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
    list: async (prefix) => [...values].filter(([key]) => key.startsWith(prefix)),
  }
}
