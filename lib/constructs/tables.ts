import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, Table, type TableProps } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { environment } from '../../lambdas/environment.ts'
import type { TableAction, TableName } from '../permissions.ts'

export interface TablesProps {
  /** Whether DynamoDB refuses to delete the tables of conversations, invitations and users. */
  readonly deletionProtection: boolean
}

const variables: Readonly<Record<TableName, string>> = {
  connections: environment.connectionsTable,
  conversations: environment.conversationsTable,
  invitations: environment.invitationsTable,
  users: environment.usersTable,
}

/** Four tables with the same two keys and no index: every read is by key or by a range of keys. */
export class Tables extends Construct {
  private readonly tables: Readonly<Record<TableName, Table>>

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id)
    const durable: Partial<TableProps> = {
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // A deployment that fails leaves no empty table behind.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      deletionProtection: props.deletionProtection,
    }
    this.tables = {
      // This table is not needed once the sockets are closed: clients fill it again as they reconnect.
      connections: this.table('Connections', {
        timeToLiveAttribute: 'expires_at',
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      conversations: this.table('Conversations', durable),
      // Only the rows of open invitations, and the times that limit their number, expire.
      invitations: this.table('Invitations', { ...durable, timeToLiveAttribute: 'expires_at' }),
      users: this.table('Users', durable),
    }
  }

  /** Sets the table's name in the function's environment and grants exactly these actions, if there are any. */
  grant(fn: LambdaFunction, name: TableName, actions: readonly TableAction[]): void {
    if (actions.length === 0) return
    const table = this.tables[name]
    fn.addEnvironment(variables[name], table.tableName)
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [table.tableArn],
      }),
    )
  }

  nameOf(name: TableName): string {
    return this.tables[name].tableName
  }

  private table(id: string, props: Partial<TableProps>): Table {
    return new Table(this, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...props,
    })
  }
}
