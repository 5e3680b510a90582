import { connectEngine, type Engine, startEngine } from './engine.ts'
import { chooseEngine, packagedEngine } from './engine-choice.ts'

/** Starts the engine that this machine has, or uses the one that is named. */
export async function startDatabase(dataDir: string, endpoint: string | undefined): Promise<Engine> {
  const searchPath = process.env['PATH'] ?? ''
  const choice = chooseEngine({ endpoint, searchPath, packaged: packagedEngine() })
  return choice.kind === 'url' ? connectEngine(choice.endpoint) : startEngine(choice.file, dataDir)
}
