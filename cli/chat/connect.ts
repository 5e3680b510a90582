import { WebSocket } from 'ws'
import { type Chat, type Clock, createChat, type Storage } from '../../client/index.ts'
import type { Target } from '../target.ts'
import type { Account } from './account.ts'

/** The chat to sign in to, and the account to sign in with. */
export interface SignIn extends Pick<Target, 'socketUrl' | 'restUrl'> {
  readonly account: Account
  readonly storage: Storage
}

/** Does not wait for a server that does not answer the closing handshake. */
const socketOptions = { perMessageDeflate: false, closeTimeout: 1000 }

/** Node 20 has no WebSocket of its own. */
class Socket extends WebSocket {
  constructor(url: string) {
    super(url, socketOptions)
  }
}

/** A clock whose timers do not keep the process running after the chat has ended. */
const clock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

export function connect({ socketUrl, restUrl, account, storage }: SignIn): Chat {
  return createChat({
    url: socketUrl,
    rest: restUrl,
    token: account.token,
    storage,
    WebSocket: Socket,
    clock,
    tabs: false,
  })
}
