/**
 * Plays the documented dialogues on serverless-offline, an emulator by other authors, with the bundles that are
 * deployed. Dialogues that work there do not depend on this project's own emulation of API Gateway.
 *
 *   npm run proof:offline
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { playSmoke } from '../../cli/admin/smoke/dialogue.ts'
import { runCommand } from '../../cli/run.ts'
import { probePort } from '../../local/network.ts'
import { synthesize } from '../../local/stack/synthesize.ts'
import { signToken } from '../../local/tokens.ts'
import { invokeThrough, startEmulator } from './emulator.ts'
import { startServices } from './services.ts'

const JWT_SECRET = 'the secret of a proof, longer than 32 bytes'
const users = ['ada', 'bob'].map((id) => ({ id, firstname: id, lastname: 'Proof', email: '', role: 'admin' }))
const players = {
  ada: { id: 'ada', token: signToken(JWT_SECRET, 'ada', 1) },
  bob: { id: 'bob', token: signToken(JWT_SECRET, 'bob', 1) },
}

const program = new Command('npm run proof:offline --')
  .description('Plays the documented dialogues on serverless-offline, an emulator by other authors.')
  .action(async () => {
    console.error('Installing serverless-offline …')
    install()
    const folder = mkdtempSync(path.join(tmpdir(), 'admin-chat-offline-'))
    try {
      await play(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

function install(): void {
  const cwd = fileURLToPath(new URL('./packages', import.meta.url))
  const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm ci failed in ${cwd}:\n${stderr}`)
}

async function play(folder: string): Promise<void> {
  console.error('Building the functions and starting the emulator …')
  const stack = await synthesize({ outdir: path.join(folder, 'cdk.out'), allowedOrigins: [] })
  const [http, socket, lambda] = await Promise.all([probePort(0), probePort(0), probePort(0)])
  const ports = { http, socket, lambda }
  const dataDir = path.join(folder, 'data')
  const invoke = invokeThrough(ports)
  const services = await startServices({ stack, dataDir, jwtSecret: JWT_SECRET, users, invoke })
  try {
    const emulator = await startEmulator({ folder, stack, ports, ...services })
    try {
      services.begin()
      const addresses = { restUrl: `http://localhost:${http}`, socketUrl: `ws://localhost:${socket}` }
      let failures = 0
      await playSmoke(addresses, players, 'offline', ({ step, result, problem }) => {
        if (result !== 'ok') failures += 1
        console.log(`${result.padEnd(8)}${step.rule.padEnd(10)}${step.title}${problem ? `: ${problem}` : ''}`)
      })
      if (failures > 0) throw new Error(`${failures} steps failed.\n${emulator.output()}`)
    } finally {
      await emulator.stop()
    }
  } finally {
    await services.close()
  }
}

await runCommand(program)
