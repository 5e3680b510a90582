import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { type Generator, generators, linters, type Tool } from './tools.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

const { args } = new Command('npm run docs:compat --')
  .description(
    `Runs ${generators.length} generators and ${linters.length} linters on docs/openapi.yaml and docs/asyncapi.yaml, and\n` +
      'compiles the generated code. npx downloads the tools. A run takes a few minutes and leaves no files in the repository.',
  )
  .argument('[tool...]', 'run only the tools whose package name contains one of these words')
  .parse()

const tools = [...generators, ...linters].filter(
  (tool) => args.length === 0 || args.some((word) => tool.package.includes(word)),
)
if (tools.length === 0) {
  console.error(`No tool's package name contains ${args.join(' or ')}.`)
  process.exitCode = 1
}
for (const [index, tool] of tools.entries()) {
  process.stdout.write(`[${index + 1}/${tools.length}] ${tool.package} … `)
  const startedAt = performance.now()
  const problem = await run(tool)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  console.log(problem === undefined ? `ok (${seconds} s)` : `failed (${seconds} s)\n${problem}`)
  if (problem !== undefined) process.exitCode = 1
}

/**
 * Runs a tool in a folder of its own. If the tool fails, or if the generated code does not compile, resolves with the
 * output of the tool or of the compiler.
 */
async function run(tool: Tool | Generator): Promise<string | undefined> {
  const folder = mkdtempSync(path.join(tmpdir(), 'admin-chat-docs-'))
  try {
    for (const name of ['openapi.yaml', 'asyncapi.yaml']) {
      cpSync(path.join(repository, 'docs', name), path.join(folder, name))
    }
    mkdirSync(path.join(folder, 'generated'))
    for (const [name, text] of Object.entries(tool.files ?? {})) {
      writeFileSync(path.join(folder, name), text)
    }
    const npx = ['--yes', `--package=${tool.package}`, '--', tool.bin, ...tool.args]
    return (
      (await outputOfFailure(folder, 'npx', npx)) ?? ('use' in tool ? await compile(folder, tool) : undefined)
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compile(folder: string, { use }: Generator): Promise<string | undefined> {
  const compilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    ...{
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      module: 'esnext',
      moduleResolution: 'bundler',
    },
  }
  writeFileSync(path.join(folder, 'use.ts'), use)
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }))
  const tsc = path.join(repository, 'node_modules/typescript/bin/tsc')
  return await outputOfFailure(folder, process.execPath, [tsc, '-p', '.'])
}

/** Runs a command. Resolves with its output if its exit code is not 0. */
function outputOfFailure(cwd: string, command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)))
    child.once('error', reject)
    child.once('close', (code) => resolve(code === 0 ? undefined : output))
  })
}
