import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { probePort } from '../../../../local/network.ts'
import { testSecret } from '../../../support/constants.ts'
import { endProgram, startProgram } from '../../support/program.ts'

/** A chat as `npm start` runs it, which can be killed and started again. */
export interface Server {
  readonly url: string
  /** Starts it, with what it stored before. */
  start(): Promise<void>
  /** Ends it at once, as a power failure does. */
  kill(): Promise<void>
  /** Ends it and deletes what it stored. */
  dispose(): Promise<void>
}

const START_TIMEOUT_MS = 90_000
const POLL_MS = 100

/** @param users the first names of administrators, whose last name is Test and whose id is the first name */
export async function aServer(users: readonly string[]): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'admin-chat-page-'))
  const usersFile = join(dataDir, 'users.json')
  const profiles = users.map((firstname) => ({
    id: firstname,
    firstname,
    lastname: 'Test',
    email: `${firstname}@example.org`,
    role: 'admin',
  }))
  await writeFile(usersFile, JSON.stringify(profiles))
  const port = await probePort(0)
  const url = `http://localhost:${port}`
  const env = { PORT: String(port), DATA_DIR: dataDir, USERS_FILE: usersFile, JWT_SECRET: testSecret }
  let program: ReturnType<typeof startProgram> | undefined
  const kill = async () => {
    if (program) await endProgram(program)
    program = undefined
  }
  return {
    url,
    async start() {
      program = startProgram(process.execPath, ['local/main.cjs'], env)
      // Otherwise the program would wait once the pipe is full.
      program.stderr?.resume()
      for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(POLL_MS)) {
        const answer = await fetch(`${url}/api/health`).catch(() => undefined)
        if (answer?.ok) return
      }
      throw new Error('The chat did not start.')
    },
    kill,
    async dispose() {
      await kill()
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
