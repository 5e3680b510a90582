import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { newConversationRows } from '../../lambdas/stores/conversation-rows.ts'
import { logStore } from '../../lambdas/stores/log.ts'
import { createEngineClient } from '../../local/aws/dynamodb/engine-client.ts'
import { quietSdk } from '../../local/quiet-sdk.ts'
import { startRuntime } from '../../local/runtime.ts'

export interface Person {
  readonly id: string
  readonly firstname: string
  readonly lastname: string
}

export interface Line {
  /** The id of the sender. */
  readonly from: string
  readonly text: string
  readonly metadata?: object
  /** ISO 8601. */
  readonly at: string
}

/** A chat with an empty database, whose conversations are written directly, at times that the caller chooses. */
export interface LaptopChat {
  readonly url: string
  token(userId: string): string
  /**
   * Stores a conversation with its messages; a conversation with a title is a group that its first participant owns.
   */
  converse(conversation: {
    readonly id: string
    readonly participants: readonly string[]
    readonly title?: string
    readonly lines: readonly Line[]
  }): Promise<void>
  /** Marks everything up to this `seq` as read. */
  read(userId: string, conversation: string, seq: number): Promise<void>
  /** Stops the chat; does nothing if it is stopped already. */
  stop(): Promise<void>
}

export async function startChat(people: readonly Person[]): Promise<LaptopChat> {
  quietSdk()
  const dataDir = await mkdtemp(join(tmpdir(), 'admin-chat-page-'))
  const users = people.map((person) => ({ ...person, email: `${person.id}@example.com`, role: 'admin' }))
  const runtime = await startRuntime({ dataDir, users, log: () => undefined })
  const db = DynamoDBDocumentClient.from(createEngineClient(runtime.databaseEndpoint))
  const tableName = runtime.tables.conversations
  const log = logStore({ db, tableName })
  let isRunning = true
  return {
    url: runtime.url,
    token: (userId) => runtime.token(userId, 12),
    async converse({ id, participants, title, lines }) {
      const createdAt = lines.at(-1)?.at ?? new Date().toISOString()
      const [creator = ''] = participants
      const group = title === undefined ? undefined : { creator, title }
      for (const Item of newConversationRows(id, participants, createdAt, group)) {
        await db.send(new PutCommand({ TableName: tableName, Item }))
      }
      const sent = new Map<string, number>()
      for (const [index, { from, text, metadata, at }] of lines.entries()) {
        sent.set(from, (sent.get(from) ?? 0) + 1)
        const seq = index + 1
        const entryId = `${seq}-${String(seq).padStart(22, '0')}`
        const entry = {
          kind: 'message' as const,
          id: entryId,
          seq,
          sender: from,
          content: text,
          createdAt: at,
        }
        const extra = metadata ? { metadata: JSON.stringify(metadata) } : {}
        await log.append(id, { ...entry, ...extra, sent: new Map(sent) }, '')
      }
    },
    async read(userId, conversation, seq) {
      const path = `/api/admin/chat/conversations/${conversation}/mark-read`
      const authorization = `Bearer ${runtime.token(userId, 1)}`
      const response = await fetch(runtime.url + path, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ seq }),
      })
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    },
    async stop() {
      if (!isRunning) return
      isRunning = false
      db.destroy()
      await runtime.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
