import { expect, it } from 'vitest'
import type { AwsCall } from '../../../local/aws/calls.ts'
import { parseFaults } from '../../../local/faults/options.ts'
import { createDice } from '../../../local/faults/random.ts'
import { failingSecrets } from '../../../local/faults/secrets.ts'
import { anIdentity } from '../aws/support.ts'

const settings = (failed: number) => parseFaults({ secrets: { failed } }).secrets
const call = (service: string): AwsCall => ({
  identity: anIdentity(),
  service,
  operation: 'GetSecretValue',
  path: '/',
  body: Buffer.alloc(0),
  headers: {},
})
const other = { status: 400, type: 'Other', message: 'of a test' }

it('the secret store is what it was while its fault is off', () => {
  const intercept = () => other
  expect(failingSecrets(intercept, settings(0), createDice(1))).toBe(intercept)
  expect(failingSecrets(undefined, settings(0), createDice(1))).toBeUndefined()
})

it('the secret store fails as often as it is told to, and no other service does', async () => {
  const dice = createDice(1)
  const intercept = failingSecrets(() => other, settings(0.5), dice)
  const answers = await Promise.all(Array.from({ length: 100 }, () => intercept?.(call('secretsmanager'))))
  const failed = answers.filter((answer) => answer?.status === 500).length
  expect(failed).toBeGreaterThan(30)
  expect(failed).toBeLessThan(70)
  expect(answers.filter((answer) => answer === other)).toHaveLength(100 - failed)
  expect(dice.strikes()).toEqual({ 'secrets.failed': failed })
  expect(await intercept?.(call('dynamodb'))).toBe(other)
})
