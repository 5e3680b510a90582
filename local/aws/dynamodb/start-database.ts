import { connectEngine, type Engine, startEngine } from './engine.ts'
import { chooseEngine, packagedEngine } from './engine-choice.ts'

/** Starts the engine available on this machine, or connects to the given endpoint. */
export async function startDatabase(dataDir: string, endpoint: string | undefined): Promise<Engine> {
  const searchPath = process.env['PATH'] ?? ''
  const choice = chooseEngine({ endpoint, searchPath, packaged: packagedEngine() })
  return choice.kind === 'url' ? connectEngine(choice.endpoint) : startEngine(choice.file, dataDir)
}
