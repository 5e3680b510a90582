import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { type AwsCall, sendError, sendJson } from '../calls.ts'
import type { Authorize } from '../iam/authorize.ts'

interface Version {
  readonly id: string
  readonly value: string
}

/** The stack's secret in Secrets Manager: the current version and, after a rotation, the previous one. */
export interface SecretStore {
  readonly arn: string
  /** Makes `value` the current version and the current version the previous one. */
  rotate(value: string): void
  version(stage: string): Version | undefined
}

export function createSecretStore(arn: string, value: string): SecretStore {
  const stages = new Map([['AWSCURRENT', { id: randomUUID(), value }]])
  return {
    arn,
    rotate(next) {
      const current = stages.get('AWSCURRENT')
      if (current) stages.set('AWSPREVIOUS', current)
      stages.set('AWSCURRENT', { id: randomUUID(), value: next })
    },
    version: (stage) => stages.get(stage),
  }
}

const getSecretValue = z.object({ SecretId: z.string(), VersionStage: z.string().default('AWSCURRENT') })

/** Emulates `GetSecretValue`, the only operation that the functions call. */
export function createSecretsManagerApi(secret: SecretStore, authorize: Authorize) {
  const name = secret.arn.replace(/^.*:secret:/, '').replace(/-[^-]{6}$/, '')

  return (call: AwsCall, response: ServerResponse): void => {
    if (call.operation !== 'GetSecretValue') {
      const message = `The laptop does not emulate secretsmanager:${call.operation}`
      sendError(response, { status: 400, type: 'UnknownOperationException', message })
      return
    }
    const { SecretId, VersionStage } = getSecretValue.parse(JSON.parse(call.body.toString()))
    const known = SecretId === secret.arn || SecretId === name
    const required = { action: 'secretsmanager:GetSecretValue', resource: known ? secret.arn : SecretId }
    const denied = authorize(call.identity, [required])
    if (denied) {
      sendError(response, { status: 400, type: 'AccessDeniedException', message: denied })
      return
    }
    const version = known ? secret.version(VersionStage) : undefined
    if (!version) {
      const message = known
        ? `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`
        : "Secrets Manager can't find the specified secret."
      sendError(response, { status: 400, type: 'ResourceNotFoundException', message })
      return
    }
    sendJson(response, 200, {
      ARN: secret.arn,
      Name: name,
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: [VersionStage],
    })
  }
}
