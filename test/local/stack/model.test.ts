import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { environment } from '../../../lambdas/environment.ts'
import { functionNames } from '../../../lib/permissions.ts'
import { readStack, type StackModel } from '../../../local/stack/model.ts'
import { isAllowed } from '../../../local/stack/permissions.ts'
import { rebundle } from '../../../local/stack/rebundle.ts'
import { synthesize } from '../../../local/stack/synthesize.ts'
import { StartError } from '../../../local/start-error.ts'
import { restRoutes } from '../../../protocol/endpoints.ts'
import { DEFAULT_ROUTE, frameTypes, returnsAnswer } from '../../../protocol/frames.ts'
import { ROUTE_SELECTION } from '../../../protocol/socket-route.ts'
import { demoOrigin } from '../../support/constants.ts'
import { temporaryDirectory } from '../temporary.ts'

describe('the model of the synthesized stack', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'admin-chat-'))
  let stack: StackModel

  beforeAll(async () => {
    stack = await synthesize({ outdir, allowedOrigins: [demoOrigin] })
  })
  afterAll(() => rmSync(outdir, { recursive: true }))

  const serving = (functionId: string | undefined) => {
    const model = stack.functions.get(functionId ?? '')
    if (!model) throw new Error(`no function ${functionId}`)
    return model
  }

  it('has every route of the WebSocket API, and knows which of them return an answer', () => {
    const { routes, routeSelectionExpression } = stack.webSocketApi
    expect(routeSelectionExpression).toBe(ROUTE_SELECTION)
    expect([...routes.keys()].sort()).toEqual(['$connect', '$default', '$disconnect', ...frameTypes].sort())
    const answering = [...routes].filter(([, { hasRouteResponse }]) => hasRouteResponse)
    expect(answering.map(([key]) => key).sort()).toEqual(
      [...frameTypes, DEFAULT_ROUTE].filter(returnsAnswer).sort(),
    )
  })

  it('has every route of the HTTP API and its CORS origins', () => {
    const keys = stack.httpApi.routes.map(({ routeKey }) => routeKey)
    expect(keys).toEqual(expect.arrayContaining([...restRoutes]))
    expect(stack.httpApi.cors?.allowOrigins).toEqual([demoOrigin])
  })

  it('finds the bundle of each function, and leaves out those that run only during a deployment', () => {
    expect(stack.functions.size).toBe(functionNames.length)
    for (const { codeDir, handler } of stack.functions.values()) {
      expect(handler).toBe('index.handler')
      expect(existsSync(join(codeDir, 'index.cjs'))).toBe(true)
    }
  })

  it('resolves the environment, with the names of the tables', () => {
    const connect = serving(stack.webSocketApi.routes.get('$connect')?.functionId)
    expect(connect.environment[environment.allowedOrigins]).toBe(demoOrigin)
    const names = stack.tables.map(({ name }) => name)
    expect(names).toContain(connect.environment[environment.connectionsTable])
    const send = serving(stack.webSocketApi.routes.get('send_message')?.functionId)
    expect(send.environment[environment.jwtSecret]).toBe(stack.secretArn)
    expect(send.environment[environment.callbackUrl]).toMatch(new RegExp(`/${stack.webSocketApi.stage}$`))
  })

  it('has the permissions of each role', () => {
    const connect = serving(stack.webSocketApi.routes.get('$connect')?.functionId)
    const send = serving(stack.webSocketApi.routes.get('send_message')?.functionId)
    const readSecret = ['secretsmanager:GetSecretValue', stack.secretArn] as const
    expect(isAllowed(send.statements, ...readSecret)).toBe(true)
    expect(isAllowed(connect.statements, ...readSecret)).toBe(false)
  })

  it('holds both queues, what Lambda polls, and the schedule', () => {
    const [deadLetters, tasks] = stack.queues
    expect(tasks?.redrive).toEqual({ deadLetterArn: deadLetters?.arn, maxReceiveCount: 5 })
    expect(tasks?.url).toBe(stack.outputs['TasksQueueUrl'])
    const [source] = stack.eventSources
    const worker = serving(source?.functionId)
    expect(source).toMatchObject({ queueArn: tasks?.arn, batchSize: 10, reportsItemFailures: true })
    expect(tasks?.visibilityMs).toBe(6 * worker.timeoutMs)
    expect(stack.schedules).toMatchObject([{ functionId: worker.id, intervalMs: 60_000 }])
    expect(stack.schedules[0]?.inputAt(0)).toEqual({ task: 'sweep', time: '1970-01-01T00:00:00Z' })
    const connect = serving(stack.webSocketApi.routes.get('$connect')?.functionId)
    expect(connect.environment[environment.tasksQueue]).toBe(tasks?.url)
    expect(isAllowed(connect.statements, 'sqs:SendMessage', tasks?.arn ?? '')).toBe(true)
    expect(isAllowed(worker.statements, 'sqs:SendMessage', tasks?.arn ?? '')).toBe(true)
  })

  it('is kept: the next start with the same sources and settings needs no other process', async () => {
    const { execPath } = process
    onTestFinished(() => {
      process.execPath = execPath
    })
    process.execPath = '/nowhere/node'
    const again = temporaryDirectory()
    const allowedOrigins = [demoOrigin]
    const { functions } = await synthesize({ outdir: again, allowedOrigins })
    expect([...functions.values()][0]?.codeDir).toContain(again)
    expect(functions.size).toBe(stack.functions.size)
    const settings = { logRetentionDays: 7 }
    await expect(synthesize({ outdir: again, allowedOrigins, settings })).rejects.toThrow('/nowhere/node')
  })

  it('names an invalid setting', async () => {
    const settings = { throttleRate: -1 }
    const failing = synthesize({ outdir: temporaryDirectory(), allowedOrigins: [], settings })
    await expect(failing).rejects.toThrow(/^cdk\.json: [\s\S]*throttleRate/)
    await expect(failing).rejects.toBeInstanceOf(StartError)
  })

  it('rebundles without a synthesis, and returns the functions whose code has changed', async () => {
    const [changedId = '', ...others] = stack.functions.keys()
    const bundle = join(serving(changedId).codeDir, 'index.cjs')
    await appendFile(bundle, '// older')
    const changed = await rebundle(stack.functions, outdir)
    expect([...changed.keys()]).toEqual([changedId])
    expect(changed.get(changedId)).toEqual({ ...serving(changedId), codeDir: expect.any(String) })
    const codeDir = changed.get(changedId)?.codeDir ?? ''
    expect(await readFile(join(codeDir, 'index.cjs'), 'utf8')).not.toContain('// older')

    // The previous code stays for containers that load it now, and is removed by the next reload.
    expect(existsSync(bundle)).toBe(true)
    expect(await rebundle(new Map([...stack.functions, ...changed]), outdir)).toEqual(new Map())
    expect(existsSync(bundle)).toBe(false)
    for (const id of others) expect(existsSync(join(serving(id).codeDir, 'index.cjs'))).toBe(true)
  })

  it('is refused if API Gateway may not invoke the function of a route', async () => {
    const file = join(outdir, `${stack.name}.template.json`)
    const template = JSON.parse(await readFile(file, 'utf8'))
    for (const [id, { Type }] of Object.entries<{ Type: string }>(template.Resources)) {
      if (Type === 'AWS::Lambda::Permission') delete template.Resources[id]
    }
    await writeFile(join(outdir, 'Without.template.json'), JSON.stringify(template))
    await writeFile(
      join(outdir, 'Without.assets.json'),
      await readFile(join(outdir, `${stack.name}.assets.json`)),
    )
    await expect(readStack(outdir, 'Without')).rejects.toThrow(/no permission to invoke/)
  })
})
