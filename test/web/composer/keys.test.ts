import { expect, it } from 'vitest'
import { type KeyState, keyAction } from '../../../web/composer/keys.ts'

const noModifiers = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false }
const press = (key: string, rest: object = {}) => ({
  key,
  keyCode: 0,
  isComposing: false,
  ...noModifiers,
  ...rest,
})
const withText: KeyState = { isEmpty: false, isWriting: false, isTouch: false }
const empty: KeyState = { ...withText, isEmpty: true }
const editing: KeyState = { ...withText, isWriting: true }

it('Enter sends, Shift+Enter and Alt+Enter begin a line', () => {
  expect(keyAction(press('Enter'), withText)).toBe('send')
  expect(keyAction(press('Enter', { ctrlKey: true }), withText)).toBe('send')
  expect(keyAction(press('Enter', { shiftKey: true }), withText)).toBeUndefined()
  expect(keyAction(press('Enter', { altKey: true }), withText)).toBeUndefined()
})

it('Enter begins a line on a touch screen', () => {
  expect(keyAction(press('Enter'), { ...withText, isTouch: true })).toBeUndefined()
})

it('no key of an input method editor does anything, also in Safari', () => {
  for (const key of ['Enter', 'Escape', 'ArrowUp'])
    for (const state of [withText, empty, editing]) {
      expect(keyAction(press(key, { isComposing: true }), state)).toBeUndefined()
      expect(keyAction(press(key, { keyCode: 229 }), state)).toBeUndefined()
    }
})

it('Escape ends an edit or a reply, and otherwise belongs to others', () => {
  expect(keyAction(press('Escape'), editing)).toBe('cancel')
  expect(keyAction(press('Escape'), withText)).toBeUndefined()
})

it('the up arrow edits the last message from an empty field alone', () => {
  expect(keyAction(press('ArrowUp'), empty)).toBe('edit-last')
  expect(keyAction(press('ArrowUp'), withText)).toBeUndefined()
  expect(keyAction(press('ArrowUp'), { ...empty, isWriting: true })).toBeUndefined()
  for (const modifier of Object.keys(noModifiers))
    expect(keyAction(press('ArrowUp', { [modifier]: true }), empty)).toBeUndefined()
})

it('every other key does what it does in a text field', () => {
  for (const key of ['a', 'Tab', 'PageUp', 'PageDown', 'Home', 'End', 'ArrowDown', 'ArrowLeft'])
    for (const state of [withText, empty, editing]) expect(keyAction(press(key), state)).toBeUndefined()
})
