/** Two tones, one after the other. */
const TONES_HZ = [660, 880]
const TONE_S = 0.12
const VOLUME = 0.15
/** How long to wait for the browser: until the user has clicked, it does not refuse to play, but waits. */
const RESUME_MS = 200

let context: AudioContext | undefined

/** False where the browser allows no sound yet, because the user has not touched the page. */
export async function canPlay(): Promise<boolean> {
  try {
    context ??= new AudioContext()
    if (context.state === 'running') return true
    const tooLong = new Promise((resolve) => setTimeout(resolve, RESUME_MS))
    await Promise.race([context.resume(), tooLong])
    // TypeScript believes that the state has not changed.
    return (context.state as AudioContextState) === 'running'
  } catch {
    return false
  }
}

/** Plays the sound for news. It is not in a file, which would have to be loaded. */
export function playSound(): void {
  if (!context) return
  for (const [index, frequency] of TONES_HZ.entries()) playTone(context, frequency, index * TONE_S)
}

function playTone(audio: AudioContext, frequency: number, delay: number): void {
  const start = audio.currentTime + delay
  const oscillator = new OscillatorNode(audio, { frequency })
  const gain = new GainNode(audio, { gain: 0 })
  // Rises and falls, because a tone that begins at once clicks.
  gain.gain.setValueAtTime(0, start)
  gain.gain.linearRampToValueAtTime(VOLUME, start + 0.01)
  gain.gain.exponentialRampToValueAtTime(0.001, start + 2 * TONE_S)
  oscillator.connect(gain).connect(audio.destination)
  oscillator.start(start)
  oscillator.stop(start + 2 * TONE_S)
}
