import { expect, it } from 'vitest'
import { deployNote, SETTINGS_COMPARED } from '../../lib/deploy-note.ts'

it('[OPS-25] the CDK without "npm run deploy" prints that no settings are compared', () => {
  expect(deployNote({})).toMatch(/does not compare.*Use "npm run deploy"/)
  expect(deployNote({ npm_lifecycle_event: 'npx' })).toBe(deployNote({}))
})

it('[OPS-25] "npm run deploy" and "npm run synth" print no such note', () => {
  expect(deployNote({ npm_lifecycle_event: 'deploy', [SETTINGS_COMPARED]: 'true' })).toBeUndefined()
  expect(deployNote({ npm_lifecycle_event: 'synth' })).toBeUndefined()
})
