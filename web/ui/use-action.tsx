import { useRef, useState } from 'preact/hooks'
import { useTexts } from '../app/context.ts'
import { problemText } from './problem-text.ts'

/** Runs one request at a time and keeps what to tell the user if it failed. */
export interface Action {
  /** Does nothing while another run goes on. */
  run(action: () => Promise<unknown>): Promise<void>
  /** For `aria-disabled`: a button that is disabled loses the focus. */
  readonly isBusy: boolean
  readonly problem: string | undefined
}

export function useAction(): Action {
  const texts = useTexts()
  const isRunning = useRef(false)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  async function run(action: () => Promise<unknown>): Promise<void> {
    if (isRunning.current) return
    isRunning.current = true
    setBusy(true)
    setProblem(undefined)
    try {
      await action()
    } catch (error) {
      setProblem(problemText(error, texts))
    } finally {
      isRunning.current = false
      setBusy(false)
    }
  }
  return { run, isBusy, problem }
}

/** Shows and announces why an action failed. */
export function Problem({ text }: { readonly text: string | undefined }) {
  return (
    <p class="problem" role="alert" hidden={!text}>
      {text}
    </p>
  )
}
