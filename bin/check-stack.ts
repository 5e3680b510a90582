import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { buildApp } from '../lib/app.ts'
import type { Settings } from '../lib/settings.ts'
import { acceptedFindings } from './accepted-findings.ts'

/** Together they contain every resource that a setting can add. */
const variants: readonly Partial<Settings>[] = [
  {},
  {
    alarmEmail: 'operator@example.com',
    budgetUsd: 20,
    dashboard: true,
    accessLogs: true,
    waf: true,
    domainName: 'chat.example.com',
    hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  },
]

interface Finding {
  /** Id of the rule, such as `AwsSolutions-S1`. */
  readonly rule: string
  /** The path of the construct, with the detail in brackets if the finding has one. */
  readonly where: string
  readonly description: string
}

const findings = new Map(variants.flatMap(findingsOf).map((one) => [`${one.rule} ${one.where}`, one]))
const acceptanceOf = ({ rule, where }: Finding) =>
  acceptedFindings.find((one) => one.rule === rule && one.where.test(where))
const used = new Set([...findings.values()].map(acceptanceOf))
const problems = [
  ...[...findings].flatMap(([title, one]) => (acceptanceOf(one) ? [] : [`${title}: ${one.description}`])),
  ...acceptedFindings
    .filter((one) => !used.has(one))
    .map(({ rule, where }) => `${rule} ${where} in bin/accepted-findings.ts matches no finding; remove it.`),
]
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log(`Checked the stack: ${findings.size} findings, all accepted with a reason.`)

/** The findings of the rule packs and of the CDK's own validation. Throws if that validation finds an error. */
function findingsOf(settings: Partial<Settings>): readonly Finding[] {
  const folder = mkdtempSync(join(tmpdir(), 'admin-chat-'))
  try {
    const [empty, outdir] = [join(folder, 'empty'), join(folder, 'cdk.out')]
    mkdirSync(empty)
    const bundles = { lifecycle: empty, frames: empty, rest: empty, worker: empty }
    const app = buildApp({ bundles, siteFiles: empty, outdir, settings })
    app.synth()
    const packs = [new AwsSolutionsChecks(), new ServerlessChecks()]
    return [
      ...warnings(outdir),
      ...packs.flatMap((pack) =>
        pack.validateScope(app).violations.flatMap(({ ruleName, description, violatingResources }) => {
          const [, rule = ruleName, detail = ''] = /^([^[]+)(\[.*)$/s.exec(ruleName) ?? []
          return violatingResources.map(({ constructPath }) => ({
            rule,
            where: `${constructPath}${detail}`,
            description,
          }))
        }),
      ),
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string
      readonly description: string
      readonly violatingConstructs: readonly { readonly constructPath: string }[]
    }[]
  }[]
}

/** Warnings of the CDK's validation, such as a value that a schema does not allow. They do not stop the synthesis. */
function warnings(outdir: string): readonly Finding[] {
  const file = join(outdir, 'validation-report.json')
  if (!existsSync(file)) return []
  const { pluginReports } = JSON.parse(readFileSync(file, 'utf8')) as Report
  return pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName: rule, description, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath: where }) => ({ rule, where, description })),
    ),
  )
}
