import {
  DeleteSecretCommand,
  paginateListSecrets,
  type SecretListEntry,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { type Place, SECRET_DOLLARS_PER_MONTH } from './remains.ts'

/**
 * CloudFormation marks everything that it creates with these tags. Generated names of secrets lack the stack's name.
 */
const STACK_TAG = 'aws:cloudformation:stack-name'
const LOGICAL_ID_TAG = 'aws:cloudformation:logical-id'

/** The secrets that a stack has generated. A secret that the setting `jwtSecretName` names is not among them. */
export const secrets = (client: SecretsManagerClient, stack: string): Place => ({
  lookedFor: `secrets with the tag ${STACK_TAG}=${stack}`,
  async find() {
    const found: SecretListEntry[] = []
    const filters = { Filters: [{ Key: 'tag-value' as const, Values: [stack] }] }
    for await (const { SecretList = [] } of paginateListSecrets({ client }, filters))
      found.push(...SecretList)
    // The filter also finds values that only begin with the name.
    return found
      .filter((secret) => tagOf(secret, STACK_TAG) === stack)
      .map((secret) => ({
        kind: 'secret',
        name: secret.Name ?? '',
        detail: /^TokenSecret/.test(tagOf(secret, LOGICAL_ID_TAG) ?? '')
          ? 'the key of all tokens'
          : (secret.Description ?? ''),
        dollarsPerMonth: SECRET_DOLLARS_PER_MONTH,
        async remove() {
          await client.send(
            new DeleteSecretCommand({ SecretId: secret.ARN, ForceDeleteWithoutRecovery: true }),
          )
        },
      }))
  },
})

const tagOf = ({ Tags = [] }: SecretListEntry, key: string) => Tags.find((tag) => tag.Key === key)?.Value
