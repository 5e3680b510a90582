import { existsSync, rmSync } from 'node:fs'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { EDGE_REGION } from '../../../lib/edge-name.ts'
import { storageOfStack } from '../../chat/storage.ts'
import { buckets } from './buckets.ts'
import type { DeployedChat } from './deployed.ts'
import { logGroups } from './log-groups.ts'
import type { Pause, Place } from './remains.ts'
import { secrets } from './secrets.ts'
import { tableBackups, tables } from './tables.ts'

/** Finds a deployed chat with the caller's own credentials. */
export async function openDeployedChat(stack: string, pause: Pause): Promise<DeployedChat> {
  const cloudFormation = new CloudFormationClient()
  const db = new DynamoDBClient()
  return {
    stack,
    region: await cloudFormation.config.region(),
    cloudFormation,
    edgeCloudFormation: new CloudFormationClient({ region: EDGE_REGION }),
    places: [
      tables(db, stack, pause),
      tableBackups(db, stack),
      secrets(new SecretsManagerClient(), stack),
      logGroups(new CloudWatchLogsClient(), stack),
      buckets(new S3Client(), stack),
      terminalChat(storageOfStack(process.env, stack)),
    ],
  }
}

/** The files that the terminal chat keeps on this machine for a deployed stack. */
const terminalChat = (folder: string): Place => ({
  lookedFor: `the folder ${folder} of the terminal chat on this machine`,
  async find() {
    if (!existsSync(folder)) return []
    const remove = async () => rmSync(folder, { recursive: true, force: true })
    return [
      { kind: 'folder', name: folder, detail: 'drafts and latest messages', dollarsPerMonth: 0, remove },
    ]
  },
})
