import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chooseEngine } from '../../../../local/aws/dynamodb/engine-choice.ts'
import { StartError } from '../../../../local/start-error.ts'
import { temporaryDirectory } from '../../temporary.ts'

/** A directory with a `dynoxide` file of the given mode. */
function directoryWithEngine(mode: number): string {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'dynoxide'), '')
  chmodSync(join(directory, 'dynoxide'), mode)
  return directory
}

const endpoint = 'http://127.0.0.1:8000'
const platform = 'darwin-arm64'

describe('the engine choice', () => {
  it('prefers a configured endpoint', () => {
    const searchPath = directoryWithEngine(0o755)
    expect(chooseEngine({ endpoint, searchPath, packaged: '/engine', platform })).toEqual({
      kind: 'url',
      endpoint,
    })
  })

  it('prefers the npm package to an installed binary', () => {
    const searchPath = directoryWithEngine(0o755)
    expect(chooseEngine({ endpoint: undefined, searchPath, packaged: '/engine', platform })).toEqual({
      kind: 'binary',
      file: '/engine',
    })
  })

  it('uses the first executable on the PATH if there is no package', () => {
    const directory = directoryWithEngine(0o755)
    const searchPath = ['', '/nowhere', directory].join(delimiter)
    expect(chooseEngine({ endpoint: undefined, searchPath, packaged: undefined, platform })).toEqual({
      kind: 'binary',
      file: join(directory, 'dynoxide'),
    })
  })

  it('otherwise fails and says what to install', () => {
    const choose = () =>
      chooseEngine({ endpoint: undefined, searchPath: '/nowhere', packaged: undefined, platform })
    expect(choose).toThrow(StartError)
    expect(choose).toThrow('cargo install dynoxide')
    expect(choose).toThrow('AWS_ENDPOINT_URL_DYNAMODB=')
  })

  it('points to npm if the package exists for the platform but is not installed', () => {
    const choose = () =>
      chooseEngine({
        endpoint: undefined,
        searchPath: '/nowhere',
        packaged: undefined,
        platform: 'linux-x64',
      })
    expect(choose).toThrow(/is not installed, although this is Linux on x64: .* npm ci --include=optional/)
  })
})
