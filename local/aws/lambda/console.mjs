// What Lambda's runtime for Node.js does with `console` in the JSON log format. Plain JavaScript, because containers
// start without a loader. See src/LogPatch.js in https://github.com/aws/aws-lambda-nodejs-runtime-interface-client.
import { format } from 'node:util'

const PRIORITIES = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 }

/**
 * Makes `console` write one line of JSON for each call, unless it is less severe than the level. An object becomes the
 * `message` as it is, a text as a text; several arguments are formatted as one text.
 *
 * @param {string} level the least severe level that is written
 * @param {() => string | undefined} requestId of the current invocation
 * @param {(line: string) => void} write receives a line without its end
 */
export function patchConsole(level, requestId, write) {
  const methods = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', log: 'INFO', warn: 'WARN', error: 'ERROR' }
  const minimum = PRIORITIES[level.toUpperCase()] ?? PRIORITIES.TRACE
  for (const [method, name] of Object.entries(methods)) {
    console[method] =
      PRIORITIES[name] >= minimum ? (...values) => write(lineOf(name, requestId(), values)) : () => {}
  }
}

/** The line that Lambda writes for an entry. */
export function lineOf(level, requestId, values) {
  const entry = { timestamp: new Date().toISOString(), level, requestId }
  if (values.length === 1) {
    try {
      return JSON.stringify({ ...entry, message: values[0] }, withErrors)
    } catch {
      return JSON.stringify({ ...entry, message: format(values[0]) })
    }
  }
  const error = values.find((value) => value instanceof Error)
  return JSON.stringify({ ...entry, message: format(...values), ...(error && errorFields(error)) })
}

const withErrors = (_key, value) => (value instanceof Error ? { ...errorFields(value), ...value } : value)

const errorFields = (error) => ({
  errorType: error.constructor?.name ?? 'UnknownError',
  errorMessage: error.message,
  stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : error.stack,
})
