import type { TestProject } from 'vitest/node'
import { shareRuntime } from '../../support/shared-runtime.ts'

/** The pages of these tests come from ports of this machine, which the chat allows by default. */
export const setup = (project: TestProject) => shareRuntime(project, {})
