import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it, vi } from 'vitest'
import { traceCommand } from '../../../cli/admin/trace/command.ts'
import { adminJson, runAdmin } from '../../support/admin.ts'
import { anAdmin, aPair, joined, message, post } from '../../support/chat.ts'

const dataDir = inject('dataDir')
const trace = (...args: readonly string[]) => runAdmin(dataDir, traceCommand(), ...args)
const traced = (...args: readonly string[]) => adminJson(dataDir, traceCommand(), ...args)
/** An invocation is logged after its answer. */
const eventually = vi.waitFor

describe('trace', () => {
  it('[OPS-34] shows of a message where it is stored, who has read it, and what was pushed, and never its words', async () => {
    const { ada, bob, conversation } = await aPair()
    const [a, b] = [await joined(ada, conversation), await joined(bob, conversation)]
    const { message: sent } = await a.ask(message(conversation, 'secret words'))
    await b.next('new_message')
    const result = await eventually(() => traced(sent.id))
    const stored = { conversation_id: conversation, seq: 1, sender_id: ada.id, created_at: sent.created_at }
    expect(result).toMatchObject({
      message_id: sent.id,
      stored: { ...stored, recipients: [{ user_id: bob.id, has_read: false, joined: 1 }] },
      log: [{ function: 'frames', route: 'send_message', code: 'ok', posts: { delivered: 1, failed: 0 } }],
    })
    const { lines, code } = await trace(sent.id)
    expect(code).toBe(0)
    expect(lines[0]).toBe(
      `Message ${sent.id} is stored in conversation ${conversation} as seq 1, sent by ${ada.id} at ${sent.created_at}.`,
    )
    expect(lines[1]).toBe(`${bob.id} has not read it, and has 1 connection in the conversation now.`)
    expect(lines[2]).toMatch(
      /frames {2}send_message: ok after [\d.]+ ms, stored the message; pushes: 1 delivered \(request [0-9a-f-]{36}, connection .+=\)$/,
    )
    expect(JSON.stringify([lines, result])).not.toContain('secret words')
  })

  it('[OPS-34] finds a request by the id in the log and by the id that API Gateway gave it, and its message', async () => {
    const { ada, conversation } = await aPair()
    const sent = await post(ada, conversation, 'hello')
    const { log } = await eventually(() => traced(sent['id']))
    const [{ request_id, gateway_request_id }] = log
    for (const id of [request_id, gateway_request_id]) {
      expect(await traced(id)).toMatchObject({
        message_id: sent['id'],
        stored: { seq: 1 },
        log: [{ request_id }],
      })
    }
  })

  it('[OPS-34] shows the reason of a refusal', async () => {
    const ada = await anAdmin()
    await ada.call('GET', '/conversations/none/messages')
    const id = await eventually(() => {
      const lines = readFileSync(join(dataDir, 'logs', 'rest.jsonl'), 'utf8').split('\n')
      const refusal =
        lines.findLast((line) => line.includes('"not_found"')) ?? expect.fail('nothing logged yet')
      return String(JSON.parse(refusal).requestId)
    })
    expect((await trace(id)).lines[0]).toContain(
      'GET /api/admin/chat/conversations/{id}/messages: not_found after',
    )
  })

  it('[OPS-34] finds a message without the log if its conversation is given, and says that the log has nothing', async () => {
    const { ada, conversation } = await aPair()
    const sent = await post(ada, conversation, 'hello')
    expect(await traced(sent['id'], '--conversation', conversation)).toMatchObject({ stored: { seq: 1 } })
    const unknown = `1-${'x'.repeat(22)}`
    expect(await trace(unknown)).toMatchObject({
      errors: [
        `The log of the last 30 days does not name the conversation of ${unknown}. Add --conversation ID.`,
      ],
      code: 1,
    })
    expect((await trace(unknown, '--conversation', conversation)).errors).toEqual([
      `Conversation ${conversation} has no message ${unknown}.`,
    ])
    expect((await trace('nothing')).errors).toEqual([
      'The log of the last 30 days has no request or task nothing.',
    ])
  })
})
