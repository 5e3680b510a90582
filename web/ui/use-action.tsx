import { useEffect, useRef, useState } from 'preact/hooks'
import type { Chat } from '../../client/index.ts'
import { isConnected, useChat, useIsConnected, useTexts } from '../app/context.ts'
import { problemText } from './problem-text.ts'

/** Runs one request at a time and says why it failed. Without a connection it waits for one, and says so. */
export interface Action {
  /** Does nothing while another run goes on. */
  run(action: () => Promise<unknown>): Promise<void>
  /** Drops a run that still waits for a connection, as closing the dialog or leaving the view does. */
  drop(): void
  /** For `aria-disabled` instead of `disabled`, because a button that is disabled loses the focus. */
  readonly isBusy: boolean
  readonly problem: string | undefined
}

export function useAction(): Action {
  const texts = useTexts()
  const { state } = useChat()
  const isOnline = useIsConnected()
  const isRunning = useRef(false)
  const drop = useRef(() => {})
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  useEffect(() => () => drop.current(), [])
  async function run(action: () => Promise<unknown>): Promise<void> {
    if (isRunning.current) return
    isRunning.current = true
    setBusy(true)
    setProblem(undefined)
    try {
      const connection = untilConnected(state)
      drop.current = connection.drop
      if (await connection.isThere) await action()
    } catch (error) {
      setProblem(problemText(error, texts))
    } finally {
      isRunning.current = false
      setBusy(false)
    }
  }
  return {
    run,
    drop: () => drop.current(),
    isBusy,
    problem: isBusy && !isOnline ? texts.waitingToConnect : problem,
  }
}

/** Resolves with true once the server can be asked, or with false when it is dropped. */
function untilConnected(state: Chat['state']) {
  let drop = () => {}
  const isThere = new Promise<boolean>((resolve) => {
    const stop = state.subscribe(check)
    function end(isConnectedNow: boolean): void {
      stop()
      resolve(isConnectedNow)
    }
    function check(): void {
      if (isConnected(state.getSnapshot())) end(true)
    }
    drop = () => end(false)
    check()
  })
  return { isThere, drop }
}

/** Shows and announces why an action failed. */
export function Problem({ text }: { readonly text: string | undefined }) {
  return (
    <p class="problem" role="alert" hidden={!text}>
      {text}
    </p>
  )
}
