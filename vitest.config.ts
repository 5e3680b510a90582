import { defineConfig } from 'vitest/config'

const shared = {
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  testTimeout: 15_000,
  hookTimeout: 60_000,
}
/** Tests that speak to a running chat. */
const system = ['test/dialogues/**/*.test.ts', 'test/lambdas/stores/**/*.test.ts']

/** Proofs that take a while because everything around them goes wrong; `npm run test:faults`. */
const long = [
  'test/local/faults/survival.test.ts',
  'test/local/faults/limits.test.ts',
  'test/verification/controls.test.ts',
]

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'unit', include: ['test/**/*.test.ts'], exclude: [...system, ...long] } },
      { test: { ...shared, name: 'long', include: long, testTimeout: 120_000 } },
      {
        test: {
          ...shared,
          name: 'system',
          include: system,
          // One laptop runtime for all of them: real sockets, real bundles, a real engine.
          globalSetup: ['test/support/global-setup.ts'],
          // They share that anyway, and loading the modules anew for each file took longer than many a file.
          isolate: false,
        },
      },
    ],
  },
})
