import { expect, it, vi } from 'vitest'
import { refuseFiles } from '../../../web/composer/refuse-files.ts'

function handle(name: 'onPaste' | 'onDragOver' | 'onDrop', types: readonly string[]) {
  const onRefused = vi.fn()
  const preventDefault = vi.fn()
  const field = name === 'onPaste' ? 'clipboardData' : 'dataTransfer'
  refuseFiles(onRefused)[name]({ [field]: { types }, preventDefault } as never)
  return { isRefused: onRefused.mock.calls.length > 0, isPrevented: preventDefault.mock.calls.length > 0 }
}

it('files that are pasted or dropped are refused, and the browser does not open them', () => {
  expect(handle('onPaste', ['Files'])).toEqual({ isRefused: true, isPrevented: true })
  expect(handle('onDrop', ['Files'])).toEqual({ isRefused: true, isPrevented: true })
  // Otherwise the browser would not let the composer have the drop.
  expect(handle('onDragOver', ['Files'])).toEqual({ isRefused: false, isPrevented: true })
})

it('text is pasted and dropped as in every text field, also with a picture of it', () => {
  const untouched = { isRefused: false, isPrevented: false }
  expect(handle('onPaste', ['text/plain', 'text/html'])).toEqual(untouched)
  expect(handle('onPaste', ['text/plain', 'Files'])).toEqual(untouched)
  expect(handle('onDragOver', ['text/plain'])).toEqual(untouched)
  expect(handle('onDrop', ['text/plain'])).toEqual(untouched)
})
