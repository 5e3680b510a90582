import { readFile } from 'node:fs/promises'
import { build } from 'esbuild'
import type { createChat } from '../../client/chat.ts'

/** A deliberate mistake in the client library: pieces of its source are replaced. */
export interface Mistake {
  /** A file of `client/`, for example `outbox/outbox.ts`. */
  readonly file: string
  readonly changes: readonly (readonly [from: string, to: string])[]
}

const built = new Map<Mistake, Promise<typeof createChat>>()

/** The library with a mistake. Rejects unless the file contains each piece exactly once. */
export function clientWith(mistake: Mistake): Promise<typeof createChat> {
  const known = built.get(mistake) ?? buildWith(mistake)
  built.set(mistake, known)
  return known
}

async function buildWith({ file, changes }: Mistake): Promise<typeof createChat> {
  const { outputFiles } = await build({
    entryPoints: ['client/chat.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
    plugins: [
      {
        name: 'mistake',
        setup({ onLoad }) {
          onLoad({ filter: new RegExp(`/client/${file.replaceAll('.', '\\.')}$`) }, async ({ path }) => {
            let contents = await readFile(path, 'utf8')
            for (const [from, to] of changes) {
              if (contents.split(from).length !== 2)
                throw new Error(`${file} does not contain '${from}' once`)
              contents = contents.replace(from, () => to)
            }
            return { contents, loader: 'ts' }
          })
        },
      },
    ],
  })
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')
  const library = (await import(`data:text/javascript;base64,${code}`)) as {
    readonly createChat: typeof createChat
  }
  return library.createChat
}
