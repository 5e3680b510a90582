import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { StartError } from '../../start-error.ts'

/** The database engine that the laptop uses. */
export type EngineChoice =
  | { readonly kind: 'url'; readonly endpoint: string }
  | { readonly kind: 'binary'; readonly file: string }

export interface EngineSurroundings {
  /** `AWS_ENDPOINT_URL_DYNAMODB`. */
  readonly endpoint: string | undefined
  /** `PATH`. */
  readonly searchPath: string
  /** The binary of the npm package, if the package exists for this platform. */
  readonly packaged: string | undefined
  /** For example `linux-x64`, the only platform with an npm package. */
  readonly platform: string
}

/** Prefers a configured endpoint, then the engine from npm, then an engine on the `PATH`. */
export function chooseEngine({ endpoint, packaged, searchPath, platform }: EngineSurroundings): EngineChoice {
  if (endpoint !== undefined) return { kind: 'url', endpoint }
  const file = packaged ?? onPath(searchPath)
  if (file !== undefined) return { kind: 'binary', file }
  if (platform === 'linux-x64') {
    throw new StartError(
      'The database engine @dynoxide/linux-x64 is not installed, although this is Linux on x64: ' +
        'npm leaves it out with --omit=optional. Run npm ci --include=optional, then start again.',
    )
  }
  throw new StartError(
    [
      'There is no DynamoDB engine for this machine: the npm package @dynoxide/linux-x64 supports only Linux on x64.',
      'Do one of these, then start again:',
      '  - put `dynoxide` on the PATH (https://github.com/nubo-db/dynoxide) with one of these commands (unverified):',
      '      cargo install dynoxide',
      '      brew install dynoxide',
      "  - or run dynoxide's container image (unverified), or Amazon's DynamoDB Local, and name its address:",
      '      AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start',
    ].join('\n'),
  )
}

const BINARY = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide'

export const thisPlatform = `${process.platform}-${process.arch}`

/** Returns the binary of the optional dependency, if this platform has one. */
export function packagedEngine(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`@dynoxide/${thisPlatform}/package.json`)
    const file = path.join(path.dirname(manifest), BINARY)
    return isExecutable(file) ? file : undefined
  } catch {
    return undefined
  }
}

function onPath(searchPath: string): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter(Boolean)
    .map((directory) => path.join(directory, BINARY))
    .find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
