import { describe, expect, it } from 'vitest'
import { commands, readTask } from '../../../cli/chat/commands.ts'
import { readArguments, readLine, usage } from '../../../cli/chat/parse.ts'

const read = (name: string, text: string) => readArguments(commands[name]?.takes ?? [], text)

describe('a line', () => {
  it('is a message as it stands, unless it begins with a slash', () => {
    expect(readLine('  hello /list ')).toEqual({ kind: 'text', text: '  hello /list ' })
    expect(readLine('/list')).toEqual({ kind: 'command', name: 'list', following: '' })
    expect(readLine('/edit 3  two  words')).toEqual({
      kind: 'command',
      name: 'edit',
      following: '3  two  words',
    })
  })

  it('is a message that begins with a slash when it begins with two', () => {
    expect(readLine('//etc/hosts')).toEqual({ kind: 'text', text: '/etc/hosts' })
  })

  it('with nothing to see asks for nothing', () => {
    expect(readLine('   ')).toBeUndefined()
    expect(readTask('')).toBeUndefined()
  })
})

describe('a command', () => {
  it('takes a word, then the rest of the line as it stands', () => {
    expect(read('edit', '3  two  words')).toEqual(['3', 'two  words'])
    expect(read('search', 'ada l')).toEqual(['ada l'])
  })

  it('takes several words in quotes as one', () => {
    expect(read('group', '"the night shift" grace alan')).toEqual(['the night shift', 'grace', 'alan'])
    expect(read('group', 'night grace')).toEqual(['night', 'grace'])
    expect(read('group', '"open grace')).toEqual(['"open', 'grace'])
  })

  it('is refused with the way it is written when something lacks or is left over', () => {
    expect(() => readTask('/open')).toThrow('It is written /open <n|id>.')
    expect(() => readTask('/open 1 2')).toThrow('It is written /open <n|id>.')
    expect(() => readTask('/group title')).toThrow('It is written /group <title> <user…>.')
    expect(() => readTask('/edit 3')).toThrow('It is written /edit <seq> <text>.')
    expect(() => readTask('/list all')).toThrow('It is written /list.')
  })

  it('that does not exist is refused by its name', () => {
    expect(() => readTask('/dance')).toThrow('There is no command /dance; /help lists them.')
    expect(() => readTask('/constructor')).toThrow('There is no command /constructor')
  })

  it('is written with its parameters', () => {
    expect(usage('group', commands['group']?.takes ?? [])).toBe('/group <title> <user…>')
  })
})
