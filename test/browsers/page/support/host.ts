import { createServer } from 'node:http'
import { inject, onTestFinished } from 'vitest'
import { listen } from '../../../../local/network.ts'

/** Rules of a site that would ruin whatever they apply to. */
const HOSTILE_STYLES = `
* { all: unset !important; color: red !important; font: 40px/3 monospace !important; position: static !important; }
button, textarea, ul, ol, li, section, nav { display: none !important; float: right !important; }
admin-chat { display: block !important; inline-size: 700px !important; block-size: 500px !important; }
.chat, .message, .button { visibility: hidden !important; }
:root { font-size: 5px !important; --space: 0; }
`

/**
 * Serves a page of another site with the given body. Its policy allows only what a site has to add for the element.
 *
 * @param script runs in the page, after the element's
 * @param library the origin from which the element is loaded
 */
export async function aHost(body: string, script = '', library = inject('url')): Promise<string> {
  const chat = inject('url')
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${library}`,
    `connect-src ${chat} ${chat.replace('http', 'ws')}`,
    "style-src 'self'",
    "img-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]
  const files: Record<string, readonly [type: string, content: string]> = {
    '/': [
      'text/html',
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>Site</title>
      <link rel="stylesheet" href="/site.css"><link rel="icon" href="/icon.svg">
      <script type="module" src="${library}/admin-chat.js"></script>
      <script type="module" src="/site.js"></script><main>${body}</main></html>`,
    ],
    '/site.css': ['text/css', HOSTILE_STYLES],
    '/icon.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    '/site.js': ['text/javascript', script],
  }
  const server = createServer((request, response) => {
    const [type, content] = files[request.url ?? '/'] ?? ['text/plain', '']
    response.setHeader('content-type', `${type}; charset=utf-8`)
    response.setHeader('content-security-policy', policy.join('; '))
    response.end(content)
  })
  const port = await listen(server, 0, '127.0.0.1')
  onTestFinished(() => void server.close())
  // Another host than that of the chat, so that it is another site and not only another origin.
  return `http://127.0.0.1:${port}`
}
