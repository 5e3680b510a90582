import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chooseEngine, NoEngineError } from '../../../../local/aws/dynamodb/engine-choice.ts'
import { temporaryDirectory } from '../../temporary.ts'

/** A directory with a `dynoxide` file of the given mode. */
function directoryWithEngine(mode: number): string {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'dynoxide'), '')
  chmodSync(join(directory, 'dynoxide'), mode)
  return directory
}

const endpoint = 'http://127.0.0.1:8000'

describe('the engine choice', () => {
  it('prefers a configured endpoint', () => {
    const searchPath = directoryWithEngine(0o755)
    expect(chooseEngine({ endpoint, searchPath, packaged: '/engine' })).toEqual({ kind: 'url', endpoint })
  })

  it('prefers the npm package to an installed binary', () => {
    const searchPath = directoryWithEngine(0o755)
    expect(chooseEngine({ endpoint: undefined, searchPath, packaged: '/engine' })).toEqual({
      kind: 'binary',
      file: '/engine',
    })
  })

  it('uses the first executable on the PATH if there is no package', () => {
    const directory = directoryWithEngine(0o755)
    const searchPath = ['', '/nowhere', directory].join(delimiter)
    expect(chooseEngine({ endpoint: undefined, searchPath, packaged: undefined })).toEqual({
      kind: 'binary',
      file: join(directory, 'dynoxide'),
    })
  })

  it('otherwise fails and says what to install', () => {
    const choose = () => chooseEngine({ endpoint: undefined, searchPath: '/nowhere', packaged: undefined })
    expect(choose).toThrow(NoEngineError)
    expect(choose).toThrow('cargo install dynoxide')
    expect(choose).toThrow('AWS_ENDPOINT_URL_DYNAMODB=')
  })
})
