import { availableParallelism } from 'node:os'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const shared = {
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  testTimeout: 15_000,
  hookTimeout: 60_000,
  // What follows an answer may take a while on a busy machine.
  expect: { poll: { timeout: 5_000 } },
}
/** Tests that drive browsers; run by `npm run test:browsers`. */
const browsers = ['test/browsers/**/*.test.ts']

/** Tests of the client library that run both in Node and, by `npm run test:browsers`, in Chromium. */
const inChromium = {
  include: ['test/client/*/*.test.ts'],
  // A file and a build need Node, and the tests of client/browser replace what a browser has.
  exclude: [
    'test/client/storage/file-storage.test.ts',
    'test/client/browser/**',
    'test/client/chat/built.test.ts',
  ],
}

/** Tests against a running chat. */
const system = ['test/dialogues/**/*.test.ts', 'test/lambdas/stores/**/*.test.ts']
const longSystem = ['test/dialogues/**/*.long.test.ts', 'test/lambdas/stores/**/*.long.test.ts']

/** All files share one laptop runtime: real sockets, real bundles, a real engine. */
const sharedChat = { globalSetup: ['test/support/global-setup.ts'], isolate: false }

/**
 * Slow tests, which `npm run test:faults` runs: they inject faults, wait for limits, start programs or a chat of their own,
 * or try hundreds of inputs.
 */
const long = ['test/**/*.long.test.ts']

/** By far the longest file of `npm test`. Started last, it would keep one core busy while the others idle. */
const longest = 'test/verification/seeds.test.ts'

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLongest = ({ moduleId }: TestSpecification) => moduleId.endsWith(longest)
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))]
  }
}

export default defineConfig({
  test: {
    // By default, Vitest leaves one core idle. Many tests wait for the chat that they share, so one more than the cores is faster.
    maxWorkers: Math.max(3, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...system, ...long, ...browsers],
          // Loading the modules again for each file took longer than the tests.
          isolate: false,
        },
      },
      {
        test: {
          ...shared,
          name: 'browsers',
          include: browsers,
          globalSetup: ['test/browsers/support/global-setup.ts'],
          // A browser on a busy machine.
          testTimeout: 180_000,
        },
      },
      {
        test: {
          ...shared,
          ...inChromium,
          name: 'chromium',
          setupFiles: ['test/client/support/browser-setup.ts'],
          // A test of hours on the virtual clock takes 2 s, and 15 s beside the tests that drive browsers.
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: 'chromium' }],
            provider: playwright({
              launchOptions: { executablePath: '/usr/bin/chromium', chromiumSandbox: false },
            }),
          },
        },
      },
      { test: { ...shared, name: 'long', include: long, exclude: system, testTimeout: 120_000 } },
      { test: { ...shared, ...sharedChat, name: 'long-system', include: longSystem, testTimeout: 60_000 } },
      {
        test: { ...shared, ...sharedChat, name: 'system', include: system, exclude: long },
      },
    ],
  },
})
