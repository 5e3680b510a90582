import { createIdentity, type Identity } from '../../../local/aws/iam/identities.ts'
import type { SignedRequest } from '../../../local/aws/iam/signature.ts'
import type { Statement } from '../../../local/stack/permissions.ts'

export const region = 'eu-west-1'

export function anIdentity(statements: readonly Statement[] = []): Identity {
  return createIdentity('Frames', statements)
}

export const allow = (action: string, resource: string): Statement => ({
  effect: 'Allow',
  actions: [action],
  resources: [resource],
})

interface Outgoing {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body?: string | Uint8Array
}

/** A request handler for SDK clients that captures the signed request instead of sending it. */
export function catcher() {
  let caught: SignedRequest | undefined
  return {
    requestHandler: {
      handle: async ({ method, path, headers, body = '' }: Outgoing): Promise<never> => {
        caught = {
          method,
          url: path,
          headers,
          body: typeof body === 'string' ? Buffer.from(body) : Buffer.copyBytesFrom(body),
        }
        throw new Error('caught')
      },
    },
    async catch(send: Promise<unknown>): Promise<SignedRequest> {
      await send.catch(() => undefined)
      if (!caught) throw new Error('the client sent nothing')
      return caught
    },
  }
}
