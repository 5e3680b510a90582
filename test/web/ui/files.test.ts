import { expect, it } from 'vitest'
import { ignoreFiles } from '../../../web/ui/files.ts'

function drag(types: readonly string[], defaultPrevented = false) {
  const event = {
    defaultPrevented,
    dataTransfer: { types, dropEffect: 'copy' },
    preventDefault() {
      event.defaultPrevented = true
    },
  }
  ignoreFiles(event as unknown as DragEvent)
  return { isPrevented: event.defaultPrevented, dropEffect: event.dataTransfer.dropEffect }
}

it('files that are dropped beside the composer are not opened, and the pointer says so', () => {
  expect(drag(['Files'])).toEqual({ isPrevented: true, dropEffect: 'none' })
})

it('text is dropped as usual, and files where something else handles them', () => {
  expect(drag(['text/plain'])).toEqual({ isPrevented: false, dropEffect: 'copy' })
  expect(drag(['Files'], true)).toEqual({ isPrevented: true, dropEffect: 'copy' })
})
