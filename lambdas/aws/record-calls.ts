import { currentRecord, noteCall, type Service } from '../log/record.ts'

interface Request {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
}

interface RequestHandler {
  handle(request: Request, options?: object): Promise<unknown>
}

/** Counts each request of a client for the log, retries included. */
export function recordCalls<Client extends { readonly config: { readonly requestHandler: object } }>(
  client: Client,
  service: Service,
): Client {
  const handler = client.config.requestHandler as RequestHandler
  const handle = handler.handle.bind(handler)
  handler.handle = async (request, options) => {
    const record = currentRecord()
    const startedAt = performance.now()
    try {
      return await handle(request, options)
    } finally {
      if (record) noteCall(record, service, operationOf(request), performance.now() - startedAt)
    }
  }
  return client
}

/** The operation: `GetItem` for the header `DynamoDB_20120810.GetItem`, or the HTTP method for `@connections`. */
const operationOf = ({ method, headers }: Request) => headers['x-amz-target']?.split('.').at(-1) ?? method
