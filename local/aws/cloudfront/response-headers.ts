import type { ServerResponse } from 'node:http'
import type { ResponseHeaderModel } from '../../stack/site-model.ts'

/** Adds headers to a response at the moment at which the response's own headers are sent. */
export function addHeaders(response: ServerResponse, headers: readonly ResponseHeaderModel[]): void {
  const { writeHead } = response
  response.writeHead = (...[status, ...rest]: [number, ...unknown[]]) => {
    for (const { name, value, overrides } of headers) {
      if (overrides || !response.hasHeader(name)) response.setHeader(name, value)
    }
    return Reflect.apply(writeHead, response, [status, ...rest])
  }
}
