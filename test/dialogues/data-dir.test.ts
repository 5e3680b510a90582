import { basename } from 'node:path'
import { expect, inject, it, vi } from 'vitest'
import { destroyOnLaptop } from '../../cli/admin/destroy/laptop.ts'
import { dataFiles } from '../../local/data-files.ts'

const dataDir = inject('dataDir')

it('[OPS-29] every file that a running chat writes is known as its own', () => {
  // The tests of the terminal chat put their bundle there.
  const foreign = dataFiles(dataDir).foreign.filter((name) => name !== 'chat-command.mjs')
  expect(foreign).toEqual([])
})

it('[OPS-29] the data of a running chat cannot be deleted', async () => {
  const ask = vi.fn()
  const yes = basename(dataDir)
  await expect(destroyOnLaptop(dataDir, { everything: true, yes }, ask)).rejects.toThrow(
    /is in use by process/,
  )
})
