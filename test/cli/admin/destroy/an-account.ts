import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation'
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  type BackupSummary,
  DeleteBackupCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListBackupsCommand,
  ListTablesCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import {
  DeleteSecretCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { mockClient } from 'aws-sdk-client-mock'
import { buckets } from '../../../../cli/admin/destroy/buckets.ts'
import {
  type DeployedChat,
  type DestroyRequest,
  destroyDeployed,
} from '../../../../cli/admin/destroy/deployed.ts'
import { logGroups } from '../../../../cli/admin/destroy/log-groups.ts'
import { secrets } from '../../../../cli/admin/destroy/secrets.ts'
import { tableBackups, tables } from '../../../../cli/admin/destroy/tables.ts'

const config = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }
const meta = { message: 'a message from AWS', $metadata: {} }

/** A stack that CloudFormation deletes in three looks, unless it fails. */
export interface FakeStack {
  status: string
  /** Types of resources that cannot be deleted, by logical id. */
  readonly failing?: Readonly<Record<string, string>>
  isProtected?: boolean
}

/** An AWS account in memory, behind the real clients. */
export function anAccount() {
  const state = {
    stacks: new Map<string, FakeStack>(),
    edgeStacks: new Map<string, FakeStack>(),
    /** Whether each table is protected. */
    tables: new Map<string, { isProtected: boolean }>(),
    backups: [] as BackupSummary[],
    /** The stack that each secret belongs to. */
    secrets: new Map<string, string>(),
    logGroups: new Set<string>(),
    /** The files in each bucket. */
    buckets: new Map<string, string[]>(),
    /** A table whose deletion fails once. */
    failure: undefined as string | undefined,
    /** Names in the order in which they were deleted. */
    deleted: [] as string[],
  }
  const remove = (from: Map<string, unknown> | Set<string>, name = '') => {
    if (from.delete(name)) state.deleted.push(name)
  }

  const db = new DynamoDBClient(config)
  const database = mockClient(db)
  const deleting = new Set<string>()
  // A table that was deleted is still listed.
  database
    .on(ListTablesCommand)
    .callsFake(() => ({ TableNames: [...new Set([...state.tables.keys(), ...deleting])] }))
  database.on(DescribeTableCommand).callsFake(({ TableName }) => {
    const table = state.tables.get(TableName)
    if (!table) throw new ResourceNotFoundException(meta)
    const DeletionProtectionEnabled = table.isProtected
    return { Table: { ItemCount: 12, TableSizeBytes: 2_000_000_000, DeletionProtectionEnabled } }
  })
  database.on(UpdateTableCommand).callsFake(({ TableName, DeletionProtectionEnabled }) => {
    state.tables.set(TableName, { isProtected: DeletionProtectionEnabled })
    return {}
  })
  database.on(DeleteTableCommand).callsFake(({ TableName }) => {
    const table = state.tables.get(TableName)
    if (state.failure === TableName) {
      state.failure = undefined
      throw new Error('no connection')
    }
    if (!table) throw new ResourceNotFoundException(meta)
    if (table.isProtected) throw new Error('Resource cannot be deleted as it is protected against deletion')
    if (deleting.has(TableName)) {
      remove(state.tables, TableName)
      throw new ResourceInUseException(meta)
    }
    deleting.add(TableName)
    return {}
  })
  database.on(ListBackupsCommand).callsFake(() => ({ BackupSummaries: state.backups }))
  database.on(DeleteBackupCommand).callsFake(({ BackupArn }) => {
    state.backups = state.backups.filter((backup) => backup.BackupArn !== BackupArn)
    return {}
  })

  const secretsManager = new SecretsManagerClient(config)
  const secretStore = mockClient(secretsManager)
  secretStore.on(ListSecretsCommand).callsFake(() => ({
    SecretList: [...state.secrets].map(([Name, stack]) => ({
      Name,
      ARN: Name,
      Tags: [
        { Key: 'aws:cloudformation:stack-name', Value: stack },
        { Key: 'aws:cloudformation:logical-id', Value: Name },
      ],
    })),
  }))
  secretStore.on(DeleteSecretCommand).callsFake(({ SecretId }) => {
    remove(state.secrets, SecretId)
    return {}
  })

  const logs = new CloudWatchLogsClient(config)
  const logStore = mockClient(logs)
  logStore.on(DescribeLogGroupsCommand).callsFake(({ logGroupNamePrefix }) => ({
    logGroups: [...state.logGroups]
      .filter((name) => name.startsWith(logGroupNamePrefix))
      .map((logGroupName) => ({ logGroupName, storedBytes: 1_000 })),
  }))
  logStore.on(DeleteLogGroupCommand).callsFake(({ logGroupName }) => {
    remove(state.logGroups, logGroupName)
    return {}
  })

  const s3 = new S3Client(config)
  const files = mockClient(s3)
  files
    .on(ListBucketsCommand)
    .callsFake(() => ({ Buckets: [...state.buckets.keys()].map((Name) => ({ Name })) }))
  files
    .on(ListObjectsV2Command)
    .callsFake(({ Bucket }) => ({ Contents: (state.buckets.get(Bucket) ?? []).map((Key) => ({ Key })) }))
  files.on(DeleteObjectsCommand).callsFake(({ Bucket, Delete }) => {
    const gone = new Set(Delete.Objects.map(({ Key }: { Key: string }) => Key))
    state.buckets.set(
      Bucket,
      (state.buckets.get(Bucket) ?? []).filter((key) => !gone.has(key)),
    )
    return {}
  })
  files.on(DeleteBucketCommand).callsFake(({ Bucket }) => {
    if (state.buckets.get(Bucket)?.length) throw new Error('The bucket you tried to delete is not empty')
    remove(state.buckets, Bucket)
    return {}
  })

  const stack = 'AdminChat'
  const pause = async () => undefined
  const chat: DeployedChat = {
    stack,
    region: 'eu-west-1',
    cloudFormation: fakeCloudFormation(state.stacks, state.deleted),
    edgeCloudFormation: fakeCloudFormation(state.edgeStacks, state.deleted),
    places: [
      tables(db, stack, pause),
      tableBackups(db, stack),
      secrets(secretsManager, stack),
      logGroups(logs, stack),
      buckets(s3, stack),
    ],
  }
  const asked: string[] = []
  return {
    state,
    chat,
    asked,
    /** Answers both questions with the name of the stack, unless a test passes other answers. */
    destroy: (request: Partial<DestroyRequest> = {}, answers: readonly string[] = [stack, stack]) =>
      destroyDeployed(
        chat,
        { everything: true, yes: undefined, ...request },
        {
          ask: async (question) => {
            asked.push(question)
            return answers[asked.length - 1] ?? ''
          },
          progress: { show: () => undefined, end: () => undefined },
          pause,
        },
      ),
  }
}

/** Every look at a stack that is being deleted brings it one step further. */
function fakeCloudFormation(stacks: Map<string, FakeStack>, deleted: string[]): CloudFormationClient {
  const client = new CloudFormationClient(config)
  const mock = mockClient(client)
  const nameOf = (id: string) => id.replace('arn:', '')
  mock.on(DescribeStacksCommand).callsFake(({ StackName }) => {
    const name = nameOf(StackName)
    const stack = stacks.get(name)
    if (!stack) throw new Error(`Stack with id ${name} does not exist`)
    const described = { Stacks: [{ StackName: name, StackId: `arn:${name}`, StackStatus: stack.status }] }
    if (stack.status === 'DELETE_IN_PROGRESS') {
      stack.status = stack.failing ? 'DELETE_FAILED' : 'DELETE_COMPLETE'
      if (!stack.failing) deleted.push(name)
    } else if (stack.status === 'DELETE_COMPLETE') stacks.delete(name)
    return described
  })
  mock.on(ListStackResourcesCommand).callsFake(({ StackName }) => ({
    StackResourceSummaries: Object.entries(stacks.get(nameOf(StackName))?.failing ?? {}).map(
      ([id, type]) => ({
        LogicalResourceId: id,
        ResourceType: type,
        ResourceStatus: 'DELETE_FAILED',
        ResourceStatusReason: 'it is in use',
      }),
    ),
  }))
  mock.on(DeleteStackCommand).callsFake(({ StackName, RetainResources }) => {
    const stack = stacks.get(nameOf(StackName))
    if (!stack) throw new Error('There is no such stack')
    if (stack.isProtected) throw new Error('Stack cannot be deleted while TerminationProtection is enabled')
    const failing = RetainResources === undefined ? stack.failing : undefined
    stacks.set(nameOf(StackName), { status: 'DELETE_IN_PROGRESS', ...(failing ? { failing } : {}) })
    return {}
  })
  return client
}
