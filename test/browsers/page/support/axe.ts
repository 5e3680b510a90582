import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { default as Axe, AxeResults } from 'axe-core'
import type { Page } from 'playwright'

/** To be run in the page before its own scripts: the policy of the page does not allow a script from elsewhere. */
export const axeScript = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** The violations of accessibility rules that axe finds, in one line each. */
export async function violations(page: Page): Promise<readonly string[]> {
  const found = await page.evaluate(async (tags) => {
    const { axe } = globalThis as unknown as { axe: typeof Axe }
    const results: AxeResults = await axe.run(document, {
      runOnly: { type: 'tag', values: [...tags] },
      resultTypes: ['violations'],
    })
    return results.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    )
  }, TAGS)
  return found
}
