import {
  type ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi'
import type { HttpRequest, HttpResponse } from './request-handler.ts'

/** The parts that send a post. The client of the SDK is configured with the same parts. */
export interface PostOptions {
  /** The callback URL of the stage. */
  readonly endpoint: string
  readonly signer: { sign(request: HttpRequest): Promise<HttpRequest> }
  readonly requestHandler: { handle(request: HttpRequest): Promise<{ readonly response: HttpResponse }> }
}

/**
 * Sends posts without the SDK's middleware, which takes most of the time of a fan-out; other commands still use it. A
 * post has no output and is attempted once. If it fails, the error has the status in `$metadata`, like the SDK's own.
 */
export function postClient(
  client: ApiGatewayManagementApiClient,
  options: PostOptions,
): Pick<ApiGatewayManagementApiClient, 'send'> {
  const { protocol, hostname, port, pathname } = new URL(options.endpoint)
  const stage = pathname.replace(/\/$/, '')

  const post = async ({
    ConnectionId = '',
    Data = '',
  }: PostToConnectionCommand['input']): Promise<object> => {
    const request = {
      method: 'POST',
      protocol,
      hostname,
      ...(port !== '' && { port: Number(port) }),
      path: `${stage}/@connections/${encodeURIComponent(ConnectionId)}`,
      headers: {
        host: port === '' ? hostname : `${hostname}:${port}`,
        'content-type': 'application/octet-stream',
      },
      body: Data as string | Uint8Array,
    }
    const { response } = await options.requestHandler.handle(await options.signer.sign(request))
    if (response.statusCode >= 300) throw failure(response)
    return {}
  }

  const send = (command: object) =>
    command instanceof PostToConnectionCommand ? post(command.input) : client.send(command as never)
  return { send } as Pick<ApiGatewayManagementApiClient, 'send'>
}

function failure({ statusCode, headers }: HttpResponse): Error {
  const name = headers['x-amzn-errortype']?.split(':')[0] ?? 'UnknownError'
  const error = new Error(`the post was answered with ${statusCode}`)
  return Object.assign(error, { name, $metadata: { httpStatusCode: statusCode } })
}
