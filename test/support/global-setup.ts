import type { TestProject } from 'vitest/node'
import { demoOrigin } from './constants.ts'
import { shareRuntime } from './shared-runtime.ts'

/** Returns the function that ends the tests. */
export const setup = (project: TestProject) => shareRuntime(project, { allowedOrigins: [demoOrigin] })
