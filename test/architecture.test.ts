import { readdirSync, readFileSync } from 'node:fs'
import { dirname, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

/** What the files of a layer may import, besides each other. */
interface Layer {
  /** Folders and files of this repository. */
  readonly imports: readonly string[]
  readonly packages?: readonly RegExp[]
}

const node = /^node:/
const aws = /^@aws-sdk\//
const zod = /^zod/

/** The types and small helpers that all of the lambdas share. */
const shared = [
  'protocol',
  'lambdas/model.ts',
  'lambdas/platform-limits.ts',
  'lambdas/async.ts',
  'lambdas/fitting.ts',
  'lambdas/fold.ts',
  'lambdas/site.ts',
  'lambdas/log/record.ts',
]
/** The chat rules know stores, delivery and the secret only through the types in deps.ts. */
const rules = [...shared, 'lambdas/chat/deps.ts', 'lambdas/chat/rates.ts']
const dispatchers = [...shared, 'lambdas/chat', 'lambdas/report.ts', 'lambdas/log']

/** Every layer of the repository, from the wire up. A folder of code outside these layers fails a test. */
const layers: Readonly<Record<string, Layer>> = {
  protocol: { imports: [], packages: [zod] },
  'lambdas/chat/entries': { imports: rules, packages: [/^node:crypto$/] },
  'lambdas/chat/connections': {
    imports: [...rules, 'lambdas/delivery', 'lambdas/chat/entries'],
    packages: [/^node:crypto$/, /^jsonwebtoken$/],
  },
  'lambdas/chat/push': {
    imports: [...rules, 'lambdas/delivery', 'lambdas/chat/entries', 'lambdas/chat/connections'],
  },
  'lambdas/chat/messages': {
    imports: [
      ...rules,
      'lambdas/delivery',
      'lambdas/chat/entries',
      'lambdas/chat/connections',
      'lambdas/chat/push',
    ],
  },
  'lambdas/chat/conversations': {
    imports: [
      ...rules,
      'lambdas/chat/entries',
      'lambdas/chat/connections',
      'lambdas/chat/push',
      'lambdas/chat/messages',
    ],
    packages: [/^node:crypto$/],
  },
  'lambdas/stores': { imports: shared, packages: [aws, /^node:crypto$/] },
  'lambdas/delivery': { imports: shared, packages: [aws] },
  'lambdas/aws': { imports: ['lambdas/platform-limits.ts', 'lambdas/log/record.ts'], packages: [aws, node] },
  'lambdas/log': { imports: [], packages: [/^node:async_hooks$/, /^node:crypto$/] },
  'lambdas/websocket': { imports: dispatchers },
  'lambdas/rest': { imports: dispatchers, packages: [zod] },
  'lambdas/workers': { imports: dispatchers },
  'lambdas/functions': { imports: ['lambdas'] },
  client: { imports: ['protocol/limits.ts'], packages: [node] },
  web: {
    imports: ['client', 'protocol/limits.ts', 'protocol/text.ts'],
    packages: [/^preact(\/|$)/, /^virtua\/unstable_core$/, /^vite$/, /^node:url$/],
  },
  lib: {
    imports: [
      'protocol/endpoints.ts',
      'protocol/frames.ts',
      'protocol/socket-route.ts',
      'protocol/limits.ts',
      'protocol/origins.ts',
      'protocol/features.ts',
      'protocol/token-claims.ts',
      'lambdas/environment.ts',
      'lambdas/site.ts',
      'cdk.json',
    ],
    packages: [node, /^aws-cdk-lib/, /^constructs$/, zod, /^esbuild$/, /^terser$/],
  },
  bin: { imports: ['lib', 'lambdas/environment.ts'], packages: [node, /^cdk-nag$/] },
  'api-docs': { imports: ['protocol', 'package.json'], packages: [zod, node, /^yaml$/, /^commander$/] },
  'local/stack': {
    imports: ['lib', 'lambdas/environment.ts', 'local/start-error.ts', 'local/build.ts'],
    packages: [node, zod],
  },
  'local/aws': {
    imports: ['local', 'lambdas/environment.ts', 'protocol/origins.ts'],
    packages: [node, zod, aws, /^@smithy\//, /^ws$/],
  },
  local: {
    imports: ['protocol', 'lambdas', 'lib'],
    packages: [
      node,
      zod,
      aws,
      /^@smithy\//,
      /^ws$/,
      /^commander$/,
      /^picocolors$/,
      /^jsonwebtoken$/,
      /^esbuild$/,
    ],
  },
  cli: {
    imports: [
      'protocol',
      'client',
      'lambdas',
      'local',
      'lib/stack-name.ts',
      'lib/edge-name.ts',
      'lib/deploy-note.ts',
      'lib/permissions.ts',
      'lib/settings.ts',
      'verification/dialogues',
    ],
    packages: [node, zod, aws, /^ws$/, /^commander$/, /^picocolors$/],
  },
  'verification/dialogues': { imports: [], packages: [/^node:/, /^ajv/, /^yaml$/, /^ws$/] },
  'verification/model': { imports: [], packages: [] },
  'verification/simulator': {
    imports: ['verification/model', 'client', 'protocol', 'lambdas', 'local/aws'],
    packages: [node, aws, /^esbuild$/, /^jsonwebtoken$/],
  },
  'verification/live': {
    imports: ['verification/model', 'client', 'protocol', 'lambdas', 'lib', 'local'],
    packages: [node, aws, /^ws$/, /^commander$/, /^picocolors$/, /^jsonwebtoken$/],
  },
  'verification/offline': {
    imports: ['cli/admin/smoke', 'cli/run.ts', 'lambdas/model.ts', 'lambdas/environment.ts', 'local'],
    packages: [node, /^commander$/],
  },
  bench: {
    imports: ['verification/model', 'protocol', 'lambdas', 'lib', 'local', 'cli', 'client'],
    packages: [
      node,
      aws,
      /^ws$/,
      /^commander$/,
      /^esbuild$/,
      /^jsonwebtoken$/,
      /^playwright$/,
      /^socket\.io$/,
      /^libsql$/,
    ],
  },
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(tsx?|mjs|cjs)$/.test(file) && !file.includes('node_modules/'))
    .map((file) => `${folder}/${file}`)

const importsOf = (file: string) =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)[^'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gms,
    ),
  ].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')

const isIn = (path: string, places: readonly string[]) =>
  places.some((place) => path === place || path.startsWith(`${place}/`))

describe('imports point one way', () => {
  it.each(Object.entries(layers))('%s imports only what it may', (folder, { imports, packages = [] }) => {
    const files = filesIn(folder)
    expect(files.length).toBeGreaterThan(0)
    const violations = files.flatMap((file) =>
      importsOf(file)
        .filter((from) => {
          if (!from.startsWith('.')) return !packages.some((pattern) => pattern.test(from))
          return !isIn(normalize(`${dirname(file)}/${from}`), [folder, ...imports])
        })
        .map((from) => `${file} imports ${from}`),
    )
    expect(violations).toEqual([])
  })

  it('the client runs in browsers: only client/node imports modules of Node, and nothing imports client/node', () => {
    const files = filesIn('client').filter((file) => !isIn(file, ['client/node']))
    const violations = files.filter((file) => importsOf(file).some((from) => /^node:|\/node\//.test(from)))
    expect(violations).toEqual([])
  })

  it('every folder of code belongs to a layer', () => {
    const folders = readdirSync('.', { withFileTypes: true })
      .filter(
        (entry) =>
          entry.isDirectory() && !/^\.|^(node_modules|dist|cdk\.out|coverage|docs|test)$/.test(entry.name),
      )
      .flatMap(({ name }) => filesIn(name).map(dirname))
    const known = [...Object.keys(layers), 'lambdas/chat', 'lambdas']
    const violations = folders.filter(
      (folder) => !known.includes(folder) && !isIn(folder, Object.keys(layers)),
    )
    expect([...new Set(violations)]).toEqual([])
  })

  it('only lambdas/functions and lambdas/compose.ts read the environment, and only lambdas/aws.ts creates clients', () => {
    const files = filesIn('lambdas').filter(
      (file) => !isIn(file, ['lambdas/functions', 'lambdas/compose.ts', 'lambdas/aws.ts']),
    )
    const violations = files.filter((file) => /process\.env|new \w+Client\(/.test(readFileSync(file, 'utf8')))
    expect(violations).toEqual([])
  })
})

describe('queries', () => {
  it('select rows by a range, because the engine reads a partition from its beginning for begins_with', () => {
    const files = filesIn('lambdas/stores')
    expect(files.filter((file) => /begins_with\(/.test(readFileSync(file, 'utf8')))).toEqual([])
    expect(files.filter((file) => /\bScanCommand\b|\bIndexName\b/.test(readFileSync(file, 'utf8')))).toEqual(
      [],
    )
  })
})
