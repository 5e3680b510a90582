import { describe, expect, it } from 'vitest'
import { commands, readTask } from '../../../cli/chat/commands.ts'
import { continues, lineOf, messageIn, readArguments, readLine, usage } from '../../../cli/chat/parse.ts'

const read = (name: string, text: string) => readArguments(commands[name]?.takes ?? [], text)

describe('a line', () => {
  it('is a message, kept verbatim, unless it starts with a slash', () => {
    expect(readLine('  hello /list ')).toEqual({ kind: 'text', text: '  hello /list ' })
    expect(readLine('/list')).toEqual({ kind: 'command', name: 'list', args: '' })
    expect(readLine('/edit 3  two  words')).toEqual({
      kind: 'command',
      name: 'edit',
      args: '3  two  words',
    })
  })

  it('that starts with two slashes is a message that starts with one', () => {
    expect(readLine('//etc/hosts')).toEqual({ kind: 'text', text: '/etc/hosts' })
  })

  it('that ends in a backslash continues, unless the backslash is doubled', () => {
    expect(['a\\', 'a\\\\', 'a\\\\\\', 'a', ''].map(continues)).toEqual([true, false, true, false, false])
  })

  it('is the draft of a message while it is typed, unless it is a command', () => {
    expect(['hello', '/list', '//etc', ''].map(messageIn)).toEqual(['hello', undefined, '/etc', ''])
    expect(['hello', '/etc'].map(lineOf)).toEqual(['hello', '//etc'])
  })

  it('that is blank does nothing', () => {
    expect(readLine('   ')).toBeUndefined()
    expect(readTask('')).toBeUndefined()
  })
})

describe('a command', () => {
  it('takes a word, then the rest of the line verbatim', () => {
    expect(read('edit', '3  two  words')).toEqual(['3', 'two  words'])
    expect(read('search', 'ada l')).toEqual(['ada l'])
  })

  it('takes quoted words as one argument', () => {
    expect(read('group', '"the night shift" grace alan')).toEqual(['the night shift', 'grace', 'alan'])
    expect(read('group', 'night grace')).toEqual(['night', 'grace'])
    expect(read('group', '"open grace')).toEqual(['"open', 'grace'])
  })

  it('takes a word that can be left out', () => {
    expect(read('delete', '7')).toEqual(['7', ''])
    expect(read('delete', '7 --yes')).toEqual(['7', '--yes'])
  })

  it('is refused with its usage when there are too few or too many arguments', () => {
    expect(() => readTask('/open')).toThrow('Usage: /open <n|name|id>')
    expect(() => readTask('/delete 1 2')).toThrow('Usage: /delete <seq> [--yes]')
    expect(() => readTask('/group title')).toThrow('Usage: /group <title> <user…>')
    expect(() => readTask('/edit 3')).toThrow('Usage: /edit <seq> <text>')
    expect(() => readTask('/list all')).toThrow('Usage: /list')
  })

  it('that is unknown is refused by name', () => {
    expect(() => readTask('/dance')).toThrow('Unknown command /dance; /help lists the commands.')
    expect(() => readTask('/constructor')).toThrow('Unknown command /constructor')
  })

  it('has a usage line with its parameters', () => {
    expect(usage('group', commands['group']?.takes ?? [])).toBe('/group <title> <user…>')
  })
})
