import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { removeOwnFiles } from '../../local/data-files.ts'
import { temporaryDirectory } from './temporary.ts'

it('[OPS-29] a start removes the stack of the last start from cdk.out, and no file that others put there', () => {
  const dataDir = temporaryDirectory()
  mkdirSync(join(dataDir, 'cdk.out'))
  for (const file of ['jwt-secret', 'cdk.out/AdminChat.template.json', 'cdk.out/Mine.template.json']) {
    writeFileSync(join(dataDir, file), 'x')
  }
  removeOwnFiles(dataDir, 'cdk.out')
  expect(readdirSync(dataDir).sort()).toEqual(['cdk.out', 'jwt-secret'])
  expect(readdirSync(join(dataDir, 'cdk.out'))).toEqual(['Mine.template.json'])
})
