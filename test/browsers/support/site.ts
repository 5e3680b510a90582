import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { inject } from 'vitest'

const script = fileURLToPath(new URL('page.ts', import.meta.url))

/** Serves a page that loads the library from the chat, as a page of any other site does. */
export async function openSite(): Promise<{ readonly url: string; close(): void }> {
  const { outputFiles } = await build({ entryPoints: [script], bundle: true, format: 'esm', write: false })
  const page = `<!doctype html>
<meta charset="utf-8">
<title>chat</title>
<script type="module">
  import * as chatClient from '${inject('url')}/client.js'
  globalThis.chatClient = chatClient
</script>
<script type="module" src="/page.js"></script>`
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? outputFiles[0]?.contents : page)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://localhost:${port}/`, close: () => server.close() }
}
