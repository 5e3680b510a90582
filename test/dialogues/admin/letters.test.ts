import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { lettersCommand } from '../../../cli/admin/letters/command.ts'
import { deadLetters } from '../../../cli/admin/letters/dead-letters.ts'
import { readRuntimeFile } from '../../../local/runtime-file.ts'
import { place } from '../../../local/stack/names.ts'
import { adminJson, runAdmin } from '../../support/admin.ts'
import { anAdmin } from '../../support/chat.ts'

const dataDir = inject('dataDir')
const letters = (...args: readonly string[]) => runAdmin(dataDir, lettersCommand(), ...args)
const listed = async () => (await adminJson(dataDir, lettersCommand(), 'list'))['letters']

let sqs: SQSClient
let urls: { readonly dead: string; readonly tasks: string }

beforeAll(() => {
  const {
    awsEndpoint: endpoint,
    credentials,
    outputs,
  } = readRuntimeFile(dataDir) ?? expect.fail('no runtime')
  sqs = new SQSClient({ endpoint, credentials, region: place.region })
  urls = { dead: outputs['DeadLettersUrl'] ?? '', tasks: outputs['TasksQueueUrl'] ?? '' }
})

/** Puts a task where the queue puts those that failed five times; resolves with its id. */
async function aDeadLetter(task: object): Promise<string> {
  const command = new SendMessageCommand({ QueueUrl: urls.dead, MessageBody: JSON.stringify(task) })
  return String((await sqs.send(command)).MessageId)
}

describe('letters', () => {
  it('[OPS-32] lists what each dead letter is about, when it was queued and how often it was tried, and never its text', async () => {
    const task = {
      task: 'push',
      user: 'ada',
      connections: ['C='],
      conversation: 'c1',
      frame: '{"secret":"words"}',
    }
    const id = await aDeadLetter(task)
    const letter = {
      id,
      task: 'push',
      user: 'ada',
      conversation: 'c1',
      queued_at: expect.any(String),
      attempts: 5,
    }
    expect(await listed()).toEqual([letter])
    // Nothing is hidden from the next reader.
    expect(await listed()).toEqual([letter])
    const { lines, code } = await letters('list')
    expect(lines.join('\n')).not.toContain('words')
    expect(lines[0]).toMatch(/^ID +TASK +QUEUED +TRIED +ABOUT +LAST ERROR$/)
    expect(lines[1]).toMatch(
      new RegExp(`^${id}  push  .*Z  5 times  user ada, conversation c1  none in the log$`),
    )
    expect([lines[2], code]).toEqual(['1 dead letter', 0])
    await letters('drop', id)
  })

  it('[OPS-32] shows the last error of each dead letter that the log still has', async () => {
    const [failed, other] = [await aDeadLetter({ task: 'push' }), await aDeadLetter({ task: 'push' })]
    const log = join(dataDir, 'logs', 'worker.jsonl')
    for (const errorMessage of ['the first attempt', 'the last attempt']) {
      const message = { event: 'error', task_id: failed, errorType: 'TimeoutError', errorMessage }
      appendFileSync(
        log,
        `${JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', message })}\n`,
      )
    }
    const errors = new Map(
      (await listed()).map(({ id, error }: { id: string; error?: string }) => [id, error]),
    )
    expect([errors.get(failed), errors.get(other)]).toEqual(['TimeoutError: the last attempt', undefined])
    expect((await letters('list')).lines.find((line) => line.startsWith(failed))).toMatch(
      / TimeoutError: the last attempt$/,
    )
    await letters('drop', failed, other)
  })

  it('[OPS-33] moves the chosen letters back to the queue, whose worker handles them, and keeps the others', async () => {
    const ada = await anAdmin()
    const socket = await ada.connect()
    const retried = await aDeadLetter({ task: 'retire', connection: socket.connectionId })
    const kept = await aDeadLetter({ task: 'retire', connection: 'DDDDDDDDDDDDDDD=' })
    expect((await letters('retry', retried)).lines).toEqual(['1 dead letter retried'])
    expect(await socket.next('error')).toMatchObject({ code: 'replaced' })
    expect((await listed()).map(({ id }: { id: string }) => id)).toEqual([kept])
    expect(await adminJson(dataDir, lettersCommand(), 'drop', '--all')).toEqual({ dropped: [kept] })
    expect(await listed()).toEqual([])
  })

  it('[OPS-33] loses no letter if a retry ends between the two queues', async () => {
    const id = await aDeadLetter({ task: 'retire', connection: 'EEEEEEEEEEEEEEE=' })
    const store = deadLetters(sqs, { ...urls, tasks: `${urls.tasks}-missing` })
    const { letters: taken } = await store.take()
    expect(await store.retry(taken)).toMatchObject({ handled: [], failure: { name: 'QueueDoesNotExist' } })
    await store.release(taken)
    expect((await listed()).map((letter: { id: string }) => letter.id)).toEqual([id])
    await letters('drop', '--all')
  })

  it('fails for a letter that does not exist, and if no letter is chosen', async () => {
    expect(await letters('retry', 'nothing')).toMatchObject({
      errors: ['There is no dead letter nothing.'],
      code: 1,
    })
    expect(await letters('drop')).toMatchObject({
      errors: ['Name the ids of dead letters, or use --all.'],
      code: 1,
    })
  })
})
