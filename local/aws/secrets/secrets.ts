import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type AwsCall, type AwsReply, badRequest } from '../calls.ts'
import type { Authorize } from '../iam/authorize.ts'

/** The stack's secret in Secrets Manager: the current version and, after a rotation, the previous one. */
export function createSecretStore(arn: string, value: string) {
  const stages = new Map([['AWSCURRENT', { id: randomUUID(), value }]])
  return {
    arn,
    /** Makes `next` the current version and the current version the previous one. */
    rotate(next: string): void {
      const current = stages.get('AWSCURRENT')
      if (current) stages.set('AWSPREVIOUS', current)
      stages.set('AWSCURRENT', { id: randomUUID(), value: next })
    },
    version: (stage: string) => stages.get(stage),
  }
}

export type SecretStore = ReturnType<typeof createSecretStore>

const getSecretValue = z.object({ SecretId: z.string(), VersionStage: z.string().default('AWSCURRENT') })

/** Emulates `GetSecretValue`, the only operation that the functions call. */
export function createSecretsManagerApi(secret: SecretStore, authorize: Authorize) {
  const name = secret.arn.replace(/^.*:secret:/, '').replace(/-[^-]{6}$/, '')

  return ({ identity, operation, body }: AwsCall): AwsReply => {
    if (operation !== 'GetSecretValue') {
      return badRequest(
        'UnknownOperationException',
        `The laptop does not emulate secretsmanager:${operation}`,
      )
    }
    const { SecretId, VersionStage } = getSecretValue.parse(JSON.parse(body.toString()))
    const known = SecretId === secret.arn || SecretId === name
    const required = { action: 'secretsmanager:GetSecretValue', resource: known ? secret.arn : SecretId }
    const denied = authorize(identity, [required])
    if (denied) return badRequest('AccessDeniedException', denied)
    const version = known ? secret.version(VersionStage) : undefined
    if (!version) {
      const what = known ? `secret value for staging label: ${VersionStage}` : 'secret.'
      return badRequest('ResourceNotFoundException', `Secrets Manager can't find the specified ${what}`)
    }
    return {
      status: 200,
      body: {
        ARN: secret.arn,
        Name: name,
        VersionId: version.id,
        SecretString: version.value,
        VersionStages: [VersionStage],
      },
    }
  }
}
