import { useEffect, useRef, useState } from 'preact/hooks'
import type { Chat } from '../../client/index.ts'
import { isConnected, useChat, useTexts } from '../app/context.ts'
import { problemText } from './problem-text.ts'

/**
 * Runs one request at a time and keeps what to tell the user if it failed. Without a connection it waits for one, and does
 * nothing if the user has closed what asked for the request in the meantime.
 */
export interface Action {
  /** Does nothing while another run goes on. */
  run(action: () => Promise<unknown>): Promise<void>
  /** For `aria-disabled`: a button that is disabled loses the focus. */
  readonly isBusy: boolean
  readonly problem: string | undefined
}

export function useAction(): Action {
  const texts = useTexts()
  const { state } = useChat()
  const isRunning = useRef(false)
  const isClosed = useRef(false)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  useEffect(
    () => () => {
      isClosed.current = true
    },
    [],
  )
  async function run(action: () => Promise<unknown>): Promise<void> {
    if (isRunning.current) return
    isRunning.current = true
    setBusy(true)
    setProblem(undefined)
    try {
      await connected(state)
      if (!isClosed.current) await action()
    } catch (error) {
      setProblem(problemText(error, texts))
    } finally {
      isRunning.current = false
      setBusy(false)
    }
  }
  return { run, isBusy, problem }
}

/** Resolves once the server can be asked. */
const connected = (state: Chat['state']) =>
  new Promise<void>((resolve) => {
    const stop = state.subscribe(check)
    function check(): void {
      if (!isConnected(state.getSnapshot())) return
      stop()
      resolve()
    }
    check()
  })

/** Shows and announces why an action failed. */
export function Problem({ text }: { readonly text: string | undefined }) {
  return (
    <p class="problem" role="alert" hidden={!text}>
      {text}
    </p>
  )
}
