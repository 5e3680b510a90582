import { readdirSync, readFileSync } from 'node:fs'
import { dirname, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

/** What each folder may import, beside itself: project folders, and packages after the bar. */
const allowed: Record<string, { folders: readonly string[]; packages: readonly RegExp[] }> = {
  protocol: { folders: [], packages: [/^zod/] },
  'lambdas/chat': {
    folders: [
      'protocol',
      'lambdas/model.ts',
      'lambdas/limits.ts',
      'lambdas/async.ts',
      'lambdas/stores',
      'lambdas/delivery',
    ],
    packages: [/^node:crypto$/, /^jsonwebtoken$/],
  },
  'lambdas/stores': {
    folders: ['protocol', 'lambdas/model.ts', 'lambdas/limits.ts', 'lambdas/async.ts'],
    packages: [/^@aws-sdk\//, /^node:crypto$/],
  },
  'lambdas/delivery': {
    folders: ['protocol', 'lambdas/limits.ts', 'lambdas/async.ts'],
    packages: [/^@aws-sdk\//],
  },
  'lambdas/websocket': { folders: ['protocol', 'lambdas/chat', 'lambdas/report.ts'], packages: [] },
  'lambdas/rest': { folders: ['protocol', 'lambdas/chat', 'lambdas/report.ts'], packages: [] },
  'lambdas/workers': {
    folders: ['protocol', 'lambdas/chat', 'lambdas/report.ts', 'lambdas/model.ts'],
    packages: [],
  },
  'lambdas/functions': { folders: ['lambdas'], packages: [] },
  lib: {
    folders: ['protocol/routes.ts', 'protocol/limits.ts', 'protocol/features.ts', 'lambdas/environment.ts'],
    packages: [/^node:/, /^aws-cdk-lib/, /^constructs$/, /^zod/, /^esbuild$/],
  },
  'api-docs': {
    folders: ['protocol', 'package.json'],
    packages: [/^zod/, /^yaml$/, /^node:fs$/, /^commander$/],
  },
  bin: { folders: ['lib'], packages: [/^node:/] },
}

const importsOf = (file: string) =>
  [
    ...readFileSync(file, 'utf8').matchAll(/^(?:import|export)[^'"]*?from '([^']+)'|^import '([^']+)'/gms),
  ].map(([, from, bare]) => from ?? bare ?? '')

describe('imports point one way', () => {
  it.each(Object.entries(allowed))('%s imports only what it may', (folder, { folders, packages }) => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    )
    expect(files.length).toBeGreaterThan(0)
    const strays = files.flatMap((name) => {
      const file = `${folder}/${name}`
      return importsOf(file)
        .filter((from) => {
          if (!from.startsWith('.')) return !packages.some((pattern) => pattern.test(from))
          const target = normalize(`${dirname(file)}/${from}`)
          return ![folder, ...folders].some((place) => target === place || target.startsWith(`${place}/`))
        })
        .map((from) => `${file} imports ${from}`)
    })
    expect(strays).toEqual([])
  })

  it('no frame handler and no endpoint makes a client or reads the environment', () => {
    const files = [
      'lambdas/websocket',
      'lambdas/rest',
      'lambdas/workers',
      'lambdas/chat',
      'lambdas/stores',
      'lambdas/delivery',
    ].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(`${folder}/${file}`, 'utf8')),
    )
    expect(files.filter((text) => /process\.env|new \w+Client\(/.test(text))).toEqual([])
  })
})
