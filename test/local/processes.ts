import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process and its descendants. Linux only. */
export function processTree(root: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const)
  const tree = [root]
  for (const pid of tree) tree.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child))
  return tree
}

/** The addresses on which these processes accept TCP connections from the rest of the machine, as `address:port`. */
export function listeningAddresses(pids: readonly number[]): readonly string[] {
  const sockets = new Set(pids.flatMap(socketsOf))
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => orNothing(() => readFileSync(file, 'utf8').trim().split('\n').slice(1)))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode = '']) => state === LISTENING && sockets.has(`socket:[${inode}]`))
    .map(([, address = '']) => readableAddress(address))
}

const LISTENING = '0A'
const LOOPBACK_6 = '00000000000000000000000001000000'

/** The kernel prints addresses in hexadecimal, an IPv4 address backwards. */
function readableAddress(text: string): string {
  const [address = '', port = ''] = text.split(':')
  const readable = address === LOOPBACK_6 ? '[::1]' : [...Buffer.from(address, 'hex')].reverse().join('.')
  return `${readable}:${Number.parseInt(port, 16)}`
}

function socketsOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`
  return orNothing(() => readdirSync(folder)).flatMap((fd) =>
    orNothing(() => [readlinkSync(`${folder}/${fd}`)]),
  )
}

function parentOf(pid: string): number | undefined {
  const [stat = ''] = orNothing(() => [readFileSync(`/proc/${pid}/stat`, 'utf8')])
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

/** Processes and files come and go. */
function orNothing(read: () => readonly string[]): readonly string[] {
  try {
    return read()
  } catch {
    return []
  }
}
