import { accountWithToken } from '../../../cli/chat/account.ts'
import { runTerminal } from '../../../cli/chat/terminal.ts'
import { fileStorage } from '../../../client/node/file-storage.ts'

/** `npm run chat` at a terminal, with the chat, the token and the folder that a test gives. */
const [url = '', token = '', folder = ''] = process.argv.slice(2)
const signIn = {
  socketUrl: `ws://${url}`,
  restUrl: `http://${url}`,
  account: accountWithToken(token),
  storage: fileStorage(folder),
}
try {
  await runTerminal(signIn, undefined)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
