import { Command, CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { adminCommands } from '../../cli/admin/commands.ts'
import { chatCommand } from '../../cli/chat/command.ts'
import { deployCommand } from '../../cli/deploy/command.ts'
import { jsonOption, stackOption } from '../../cli/run.ts'
import { temporaryDirectory } from '../local/temporary.ts'
import { adminJson, runAdmin } from '../support/admin.ts'

/** Every command and subcommand, as the words that follow the program. */
const all = [...adminCommands(), chatCommand(), deployCommand()].flatMap((command) =>
  withSubcommands(command, []),
)

function withSubcommands(command: Command, before: readonly string[]): readonly (readonly string[])[] {
  const words = [...before, command.name()]
  return [words, ...command.commands.flatMap((sub) => withSubcommands(sub, words))]
}

/** Runs a command line that ends before its action. */
async function run(...args: readonly string[]) {
  let [out, err] = ['', '']
  const program = new Command('admin').option(...stackOption).option(...jsonOption)
  for (const command of [...adminCommands(), chatCommand(), deployCommand()]) program.addCommand(command)
  const prepare = (command: Command) => {
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        out += text
      },
      writeErr: (text) => {
        err += text
      },
    })
    command.commands.forEach(prepare)
  }
  prepare(program)
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return { out, err, code: error.exitCode }
    throw error
  }
  throw new Error(`"${args.join(' ')}" ran`)
}

const named = all.map((words) => [words.join(' '), words] as const)

/** Options without which a command does not look at the others. */
const NEEDED: Readonly<Record<string, readonly string[]>> = { symbolicate: ['--function', 'rest'] }

describe('every command', () => {
  it.each(named)('shows its synopsis, its options and an example with --help: %s', async (_, words) => {
    const { out, err, code } = await run(...words, '--help')
    expect({ err, code }).toEqual({ err: '', code: 0 })
    expect(out).toMatch(new RegExp(`^Usage: .*${words.at(-1)}`))
    expect(out).toMatch(/\nOptions:\n(.*\n)*.*--help/)
    expect(out).toMatch(/\nExamples?:\n {2}\S*(npm|echo) /)
  })

  // "deploy" passes unknown options on to the CDK.
  it.each(named.filter(([name]) => !name.startsWith('npm run deploy')))(
    'refuses an option that it does not know, and names it: %s',
    async (_, words) => {
      const { out, err, code } = await run(...words, ...(NEEDED[words.join(' ')] ?? []), '--colour')
      expect({ out, code }).toEqual({ out: '', code: 1 })
      expect(err).toContain("unknown option '--colour'")
    },
  )

  it.each([
    ['cost --users many', /option '--users <n>' argument 'many' is invalid\. Must be a whole number/],
    ['cost --users 2 --polling-users 3', /--polling-users cannot exceed --users/],
    ['cost --hours 20 --hidden-hours 5', /a day has 24 hours/],
    ['symbolicate', /required option '--function <name>' not specified/],
    ['symbolicate --function nothing', /Allowed choices are /],
    ['erase-user', /missing required argument 'id'/],
    ['token', /missing required argument 'user-id'/],
    ['token ada --hours 0', /Must be more than 0/],
    ['users remove', /missing required argument 'id'/],
    ['users sign-out', /missing required argument 'id'/],
    ['users import', /missing required argument 'file'/],
    ['users delete', /unknown command 'delete'/],
    ['destroy --yes', /option '--yes <name>' argument missing/],
    ['destroy AdminChat', /too many arguments/],
  ])('refuses bad arguments with exit code 1 and says why: %s', async (line, sentence) => {
    const { out, err, code } = await run(...line.split(' '))
    expect({ out, code }).toEqual({ out: '', code: 1 })
    expect(err).toMatch(sentence)
  })
})

describe('without a chat', () => {
  const command = (name: string) => adminCommands().find((found) => found.name() === name) as Command

  it('cost and destroy print one JSON document with --json', async () => {
    const dataDir = temporaryDirectory()
    expect(await adminJson(dataDir, command('cost'))).toMatchObject({ usage: { users: 20 } })
    expect(await adminJson(dataDir, command('destroy'), '--everything')).toEqual({ deleted: [], left: [] })
  })

  it.each([
    [
      'symbolicate',
      ['--function', 'rest', '--maps', '/nowhere'],
      /^There is no \/nowhere\/rest\.cjs\.map\. Run /,
    ],
    ['erase-user', ['--yes', 'ada'], /^No chat is running with the data directory /],
    ['users', ['list'], /^No chat is running with the data directory /],
    ['users', ['remove', 'ada'], /^No chat is running with the data directory /],
    ['token', ['ada'], /^No chat is running with the data directory /],
  ])('%s ends with exit code 1 and one sentence on standard error', async (name, args, sentence) => {
    const { lines, errors, code } = await runAdmin(temporaryDirectory(), command(name), ...args, '--json')
    expect({ lines, code }).toEqual({ lines: [], code: 1 })
    expect(errors).toEqual([expect.stringMatching(sentence)])
  })
})
