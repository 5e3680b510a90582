import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startEngine } from '../../../../local/aws/dynamodb/engine.ts'
import { packagedEngine } from '../../../../local/aws/dynamodb/engine-choice.ts'
import { createEngineClient, socketPathOf } from '../../../../local/aws/dynamodb/engine-client.ts'
import { canIsolate, placeEngine } from '../../../../local/aws/dynamodb/placement.ts'
import { listeningAddresses, processTree } from '../../processes.ts'
import { temporaryDirectory } from '../../temporary.ts'

const file = packagedEngine()
const isIsolated = await canIsolate()

async function start() {
  const directory = temporaryDirectory()
  const engine = await startEngine(file ?? '', directory)
  onTestFinished(() => engine.stop())
  const client = createEngineClient(engine.endpoint)
  onTestFinished(() => client.destroy())
  const { pid } = JSON.parse(readFileSync(join(directory, 'engine.json'), 'utf8'))
  return {
    engine,
    pid: Number(pid),
    tables: async () => (await client.send(new ListTablesCommand())).TableNames,
  }
}

/** Makes `unshare` fail, as it does where ordinary users may not create namespaces. */
function forbidNamespaces(): void {
  const bin = temporaryDirectory()
  writeFileSync(join(bin, 'unshare'), '#!/bin/sh\necho "unshare: Operation not permitted" >&2\nexit 1\n')
  chmodSync(join(bin, 'unshare'), 0o755)
  vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`)
  onTestFinished(() => void vi.unstubAllEnvs())
}

describe.runIf(file && isIsolated)('the engine in a network namespace', () => {
  it('answers this user on a Unix socket, and listens nowhere else', async () => {
    const { engine, pid, tables } = await start()
    expect(await tables()).toEqual([])
    const socket = socketPathOf(engine.endpoint) ?? ''
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700)
    expect(listeningAddresses(processTree(pid))).toEqual([])
    expect(engine.exposure).toBeUndefined()
  })

  it('ends together with its relay', async () => {
    const { engine, pid } = await start()
    // The shell that waits for the relay has its path among its arguments, too.
    const relay = processTree(pid).find((child) =>
      readFileSync(`/proc/${child}/cmdline`, 'utf8').split('\0')[1]?.endsWith('/relay.mjs'),
    )
    expect(relay).toBeDefined()
    process.kill(Number(relay), 'SIGKILL')
    expect(await engine.died).toContain('ended unexpectedly')
  })

  it('removes the folder of the socket when it stops', async () => {
    const { engine } = await start()
    const folder = dirname(socketPathOf(engine.endpoint) ?? '')
    await engine.stop()
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false))
  })
})

describe.runIf(file && process.platform === 'linux')('the engine without a network namespace', () => {
  it('listens at a random loopback address, and warns that others can reach it', async () => {
    forbidNamespaces()
    const { engine, pid, tables } = await start()
    expect(await tables()).toEqual([])
    const { host, hostname } = new URL(engine.endpoint)
    expect(hostname).toMatch(/^127\./)
    expect(hostname).not.toBe('127.0.0.1')
    expect(listeningAddresses(processTree(pid))).toEqual([host])
    expect(engine.exposure).toContain(`listens on ${host} without a password`)
    expect(engine.exposure).toContain('Other users of this machine can read and change the data.')
  })

  it('gets another address every time', async () => {
    forbidNamespaces()
    const hosts = await Promise.all(Array.from({ length: 20 }, async () => (await placeEngine()).host))
    expect(new Set(hosts).size).toBe(20)
  })
})
