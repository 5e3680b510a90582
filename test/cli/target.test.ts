import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { doctorCommand } from '../../cli/admin/doctor/command.ts'
import { whoCommand } from '../../cli/admin/who/command.ts'
import { listCommand } from '../../cli/users/list.ts'
import { temporaryDirectory } from '../local/temporary.ts'
import { adminJson, runAdmin } from '../support/admin.ts'

/** A stack with these outputs. */
function aStack(outputs: readonly string[], status = 'UPDATE_COMPLETE') {
  const stack = {
    StackName: 'AdminChat',
    StackStatus: status as 'UPDATE_COMPLETE',
    CreationTime: new Date(),
    Outputs: outputs.map((OutputKey) => ({ OutputKey, OutputValue: 'https://x.example' })),
  }
  const mock = mockClient(CloudFormationClient)
  mock.on(DescribeStacksCommand).resolves({ Stacks: [stack] })
  return () => mock.restore()
}

const OLD = [
  'SiteUrl',
  'CallbackUrl',
  'ConnectionsTable',
  'ConversationsTable',
  'InvitationsTable',
  'UsersTable',
]

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1')
  return () => vi.unstubAllEnvs()
})

describe('a stack without an output that the commands need', () => {
  it.each([
    ['from an older version', OLD, 'UPDATE_COMPLETE', /\(UPDATE_COMPLETE\) lacks the output TasksQueueUrl: /],
    ['half created', [], 'CREATE_IN_PROGRESS', /\(CREATE_IN_PROGRESS\) lacks the outputs SiteUrl, /],
  ])('[OPS-35] is a finding of doctor: %s', async (_, outputs, status, text) => {
    const restore = aStack(outputs, status)
    const args = ['--stack', 'AdminChat'] as const
    const { ok, findings } = await adminJson(temporaryDirectory(), doctorCommand(), ...args)
    expect(ok).toBe(false)
    expect(findings).toEqual([
      {
        check: 'outputs',
        level: 'problem',
        text: expect.stringMatching(text),
        remedy: expect.stringMatching(/^Run "npm run deploy"/),
      },
    ])
    vi.stubEnv('AWS_REGION', 'eu-west-1')
    const { lines, code } = await runAdmin(temporaryDirectory(), doctorCommand(), ...args)
    expect(lines.join('\n')).toMatch(/problem.*outputs.*\n *→ Run "npm run deploy"/)
    expect(code).toBe(1)
    restore()
  })

  it.each([
    ['list', listCommand],
    ['who', whoCommand],
  ])('ends "%s" with a sentence that says what to do', async (_, command) => {
    const restore = aStack(OLD)
    const { errors, code } = await runAdmin(temporaryDirectory(), command(), '--stack', 'AdminChat')
    expect(errors).toEqual([
      'The stack AdminChat (UPDATE_COMPLETE) lacks the output TasksQueueUrl: it is older than this command, or incomplete. ' +
        'Run "npm run deploy", which updates the stack or says what to do first.',
    ])
    expect(code).toBe(1)
    restore()
  })
})
