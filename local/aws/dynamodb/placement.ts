import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { probePort } from '../../network.ts'
import { systemCode } from '../../start-error.ts'
import { socketEndpoint } from './engine-client.ts'

/**
 * Where the embedded engine listens. The engine accepts every caller, so as few callers as possible should be able to
 * reach it.
 */
export interface Placement {
  /** The address that the engine binds to. */
  readonly host: string
  readonly port: number
  /** The address at which this process reaches the engine. */
  readonly endpoint: string
  /** A sentence about the users and pages that can also reach the engine; undefined if it is isolated. */
  readonly exposure: string | undefined
  /**
   * Starts the engine so that it ends when this process ends, even by `kill -9`. The pid of the engine is that of the
   * child process.
   */
  spawn(engine: readonly [string, ...string[]]): ChildProcess
}

/** Isolates the engine in its own network namespace if possible. Otherwise gives it a random address. */
export async function placeEngine(): Promise<Placement> {
  return (await canIsolate()) ? isolatedPlacement() : placeAtRandom()
}

/** Root needs no user namespace. Some systems allow only root to create user namespaces. */
const namespaceOptions = ['--net', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])]

/** A new network namespace has a loopback interface, which must be brought up first. */
const RAISE_LOOPBACK = 'ip link set lo up'

/** True if this system allows network namespaces. Containers and some distributions refuse them to ordinary users. */
export function canIsolate(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('unshare', [...namespaceOptions, ...RAISE_LOOPBACK.split(' ')], (error) =>
      resolve(error === null),
    )
  })
}

const relay = fileURLToPath(new URL('./relay.mjs', import.meta.url))

/** No other program is in the namespace, so every port is free. */
const ISOLATED_PORT = 8000

function isolatedPlacement(): Placement {
  // The mode of the folder is 700. Paths of sockets are limited to 107 bytes, so the socket is not in the data
  // directory.
  const socket = path.join(mkdtempSync(path.join(tmpdir(), 'admin-chat-engine-')), 'socket')
  const watch = `NODE_OPTIONS= "$node" "$relay" "$socket" ${ISOLATED_PORT}`
  const script = `${RAISE_LOOPBACK}; node=$1 relay=$2 socket=$3; shift 3; ${tether(watch)}`
  const shell = ['/bin/sh', '-c', script, 'dynoxide', process.execPath, relay, socket]
  return {
    host: '127.0.0.1',
    port: ISOLATED_PORT,
    endpoint: socketEndpoint(socket),
    exposure: undefined,
    spawn: (engine) => spawnInBackground('unshare', [...namespaceOptions, ...shell, ...engine]),
  }
}

/** Gives the engine a random address, which a web page cannot find by trying. */
export async function placeAtRandom(): Promise<Placement> {
  const { host, port } = await randomAddress()
  const scanners = host === DEFAULT_LOOPBACK ? ' and web pages that scan its ports' : ''
  return {
    host,
    port,
    endpoint: `http://${host}:${port}`,
    exposure:
      `The database engine listens on ${host}:${port} without a password, because this system does not allow ` +
      `ordinary users to create a network namespace. Other users of this machine${scanners} can read and change the data.`,
    spawn: ([file, ...args]) =>
      process.platform === 'win32'
        ? spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] })
        : spawnInBackground('/bin/sh', ['-c', tether('read -r _'), 'dynoxide', file, ...args]),
  }
}

const DEFAULT_LOOPBACK = '127.0.0.1'

/** A random address of 127.0.0.0/8, or 127.0.0.1 if the system has no other (macOS). */
async function randomAddress(): Promise<{ readonly host: string; readonly port: number }> {
  const host = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`
  try {
    return { host, port: await probePort(0, host) }
  } catch (error) {
    if (systemCode(error) !== 'EADDRNOTAVAIL') throw error
    return { host: DEFAULT_LOOPBACK, port: await probePort(0) }
  }
}

/**
 * A script that runs its arguments as a program, and terminates the program when the command `watch` ends. `watch`
 * reads the pipe from this process, which breaks when this process ends. The shell replaces itself with the program
 * (`exec`), so the child process has the pid and the exit code of the program.
 */
function tether(watch: string): string {
  return `exec 3<&0; (${watch} <&3 >/dev/null; kill -TERM $$ 2>/dev/null) & exec "$@" 3<&- </dev/null`
}

function spawnInBackground(file: string, args: readonly string[]): ChildProcess {
  const child = spawn(file, args, {
    stdio: ['pipe', 'ignore', 'pipe'],
    // Ctrl-C signals the terminal's whole process group; the engine must stop last, by `stop`.
    detached: true,
  })
  child.stdin?.on('error', () => undefined)
  return child
}
