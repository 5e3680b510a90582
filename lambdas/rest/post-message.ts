import { parseFields } from '../../protocol/fields.ts'
import { postMessage } from '../../protocol/rest.ts'
import type { RestDeps } from '../chat/deps.ts'
import { sendOverRest } from '../chat/send.ts'
import type { RestHandler } from './handler.ts'

export const postMessageHandler =
  (deps: RestDeps): RestHandler =>
  async ({ user, id, body }) => ({
    message: await sendOverRest(deps, user, id, parseFields(postMessage, body())),
  })
